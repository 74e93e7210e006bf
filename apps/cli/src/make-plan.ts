import {
  type Change,
  type DurationHistory,
  type Fault,
  isInstant,
  type Landscape,
  type Plan,
  type Policy,
} from '@patchtide/contracts';
import { withPositions } from '@patchtide/connectors/cmdb';
import {
  buildPlan,
  checkChange,
  checkLandscape,
  checkPlanInput,
  checkPolicy,
  normalizeLandscape,
  type PlanInput,
} from '@patchtide/domain';
import { canonicalJson, digestOf } from '@patchtide/event-store';
import { Failed, Misused } from './failures';
import { readChange } from './read-change';
import { type Read, readHistory, readLandscape } from './read-document';
import { readPolicy } from './read-policy';

const NO_PLAN = 'No plan can be made of this:';

/** The files a plan is made of. */
export interface PlanFiles {
  readonly landscape: string;
  /** Column mapping of a CMDB export. */
  readonly mapping?: string;
  readonly policy: string;
  readonly change: string;
  /** Durations of past campaigns. */
  readonly history?: string;
}

/** What a plan is made of, and the places of its faults. */
export interface PlanSources {
  readonly input: PlanInput;
  readonly placed: (faults: readonly Fault[]) => Fault[];
}

/** Makes the plan of a change from files, without a server. @throws Failed with every fault of every file */
export async function makePlan(files: PlanFiles, at: string): Promise<Plan> {
  return planOf(await readSources(files, at));
}

/** The plan of what was read. @throws Failed with every fault */
export function planOf({ input, placed }: PlanSources): Plan {
  const result = buildPlan(input);
  if (!result.ok) throw new Failed(NO_PLAN, placed(result.faults));
  return { digest: digestOf(canonicalJson(result.plan)), ...result.plan };
}

/** Reads everything that a plan is made of. @throws Failed with every fault of every file */
export async function readSources(files: PlanFiles, at: string): Promise<PlanSources> {
  const [landscape, policy, change, history] = await Promise.all([
    readLandscape(files.landscape, files.mapping),
    readPolicy(files.policy, at),
    readChange(files.change, at),
    files.history === undefined ? null : readHistory(files.history),
  ]);
  const inputs = { landscape, policy, change };
  if (!landscape.value || !policy.value || !change.value || history?.value === null) {
    const unusable = [landscape, policy, change].flatMap((read) => read.faults);
    throw new Failed(NO_PLAN, [...unusable, ...(history?.faults ?? []), ...checkWhatIsThere(inputs, at)]);
  }
  const input: PlanInput = {
    landscape: landscape.value,
    policy: policy.value,
    change: change.value,
    at,
    landscapeDigest: digestOf(canonicalJson(normalizeLandscape(landscape.value))),
    policyDigest: digestOf(canonicalJson(policy.value)),
    ...(history ? withDigest(history.value) : {}),
  };
  return { input, placed: (faults) => placed(faults, inputs) };
}

/** A history without entries is none, as in a campaign. */
function withDigest(history: DurationHistory): Pick<PlanInput, 'history' | 'historyDigest'> {
  return history.entries.length === 0 ? {} : { history, historyDigest: digestOf(canonicalJson(history)) };
}

/** An instant given as an option. @throws Misused when every machine would read it differently */
export function instantOption(text: string, name: string): string {
  const wrong = `${name}: "${text}" is not a moment; write it with its zone, like 2026-11-29T22:00:00Z`;
  if (!isInstant(text)) throw new Misused(wrong);
  return new Date(text).toISOString();
}

/** The moment that the option --at names, or now. @throws Misused */
export function momentOf(at: string | undefined): string {
  return at === undefined ? new Date().toISOString() : instantOption(at, '--at');
}

interface Inputs {
  readonly landscape: Read<Landscape>;
  readonly policy: Read<Policy>;
  readonly change: Read<Change>;
}

/** What can be said although one of the files is unusable, so that one run shows every fault. */
function checkWhatIsThere(inputs: Inputs, at: string): Fault[] {
  const { landscape, policy, change } = inputs;
  const found =
    landscape.value && change.value
      ? checkPlanInput({ landscape: landscape.value, change: change.value, at, policy: policy.value })
      : [
          ...(landscape.value ? checkLandscape(landscape.value, policy.value?.breaks) : []),
          ...(change.value ? checkChange(change.value, at) : []),
          ...(policy.value ? checkPolicy(policy.value, at) : []),
        ];
  return placed(found, inputs);
}

const LANDSCAPE_LISTS = new Set([
  'servers',
  'components',
  'applications',
  'relations',
  'batchJobs',
  'monitors',
]);
const CHANGE_PARTS = new Set([
  'id',
  'title',
  'scope',
  'window',
  'windows',
  'policy',
  'requestedBy',
  'approvals',
]);

/** Gives faults of the domain the file, line and column they come from. */
function placed(faults: readonly Fault[], { landscape, policy, change }: Inputs): Fault[] {
  return faults.flatMap((fault) => {
    const part = fault.path.split('/')[1] ?? '';
    const source = LANDSCAPE_LISTS.has(part) ? landscape : CHANGE_PARTS.has(part) ? change : policy;
    return source.value ? withPositions([fault], source.locate) : [fault];
  });
}
