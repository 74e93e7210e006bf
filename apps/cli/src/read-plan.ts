import type { Fault, Plan, PlanJob } from '@patchtide/contracts';
import { loadDocument, withPositions } from '@patchtide/connectors/cmdb';
import { canonicalJson, digestOf } from '@patchtide/event-store';
import { Failed } from './failures';

/** A plan from a file, and whether it is still what its digest was made of. */
export interface ReadPlan {
  readonly plan: Plan;
  readonly isUnaltered: boolean;
}

/** A plan that `plan build --json` or the API wrote. @throws Failed when the file is none */
export async function readPlan(file: string): Promise<ReadPlan> {
  const loaded = await loadDocument(file);
  if (!loaded.ok) throw new Failed(`${file} cannot be read:`, loaded.faults);
  const faults = planFaults(loaded.value);
  if (faults.length > 0) throw new Failed(`${file} is not a plan:`, withPositions(faults, loaded.locate));
  const plan = loaded.value as Plan;
  const { digest, ...body } = plan;
  return { plan, isUnaltered: digestOf(canonicalJson(body)) === digest };
}

type Kind = 'text' | 'number' | 'list' | 'object' | 'any';

const PLAN: Readonly<Record<keyof Plan, Kind>> = {
  digest: 'text',
  change: 'text',
  landscapeDigest: 'text',
  policy: 'text',
  policyDigest: 'text',
  at: 'text',
  historyDigest: 'any',
  window: 'object',
  windows: 'list',
  freezes: 'list',
  servers: 'object',
  waves: 'list',
  limits: 'object',
  budgets: 'object',
  reactions: 'list',
  jobs: 'list',
  exclusions: 'list',
  notes: 'list',
  deviations: 'list',
  admission: 'object',
  forecast: 'object',
};

const JOB: Readonly<Partial<Record<keyof PlanJob, Kind>>> = {
  id: 'text',
  name: 'text',
  action: 'text',
  ci: 'text',
  server: 'text',
  applications: 'list',
  dependsOn: 'list',
  wave: 'text',
  window: 'number',
  gates: 'list',
  steps: 'list',
  estimateMs: 'number',
  estimateFrom: 'object',
  estimatedStart: 'text',
  estimatedEnd: 'text',
};

/** Plans are written by programs: this is to tell a plan from something else, and from one of another version. */
function planFaults(value: unknown): Fault[] {
  const faults = misfit(value, PLAN, '');
  if (faults.length > 0) return faults;
  return (value as { jobs: unknown[] }).jobs
    .flatMap((job, i) => misfit(job, JOB, `/jobs/${i}`))
    .slice(0, SHOWN_FAULTS);
}

const SHOWN_FAULTS = 10;

function misfit(value: unknown, fields: Readonly<Record<string, Kind>>, path: string): Fault[] {
  const record = kindOf(value) === 'object' ? (value as Record<string, unknown>) : {};
  const wrong = Object.entries(fields).filter(([name, kind]) => {
    const field = record[name];
    return field === undefined || (kind !== 'any' && kindOf(field) !== kind);
  });
  if (wrong.length === 0) return [];
  const message = `it lacks, or has in another form: ${wrong.map(([name]) => name).join(', ')}`;
  return [{ path, message, remedy: 'Write the plan with "patchtide plan build --json" of this version.' }];
}

function kindOf(value: unknown): Kind {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' && value !== null ? 'object' : 'any';
}
