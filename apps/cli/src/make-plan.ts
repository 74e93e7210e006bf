import {
  type Change,
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
} from '@patchtide/domain';
import { canonicalJson, digestOf } from '@patchtide/event-store';
import { Failed, Misused } from './failures';
import { type Read, readDocument, readLandscape } from './read-document';

const NO_PLAN = 'No plan can be made of this:';

/** The files a plan is made of. */
export interface PlanFiles {
  readonly landscape: string;
  /** Column mapping of a CMDB export. */
  readonly mapping?: string;
  readonly policy: string;
  readonly change: string;
}

/** Makes the plan of a change from files, without a server. @throws Failed with every fault of every file */
export async function makePlan(files: PlanFiles, at: string): Promise<Plan> {
  const [landscape, policy, change] = await Promise.all([
    readLandscape(files.landscape, files.mapping),
    readDocument<Policy>(files.policy, 'policy', (policy) => checkPolicy(policy, at)),
    readDocument<Change>(files.change, 'change', (change) => checkChange(change, at)),
  ]);
  const inputs = { landscape, policy, change };
  if (!landscape.value || !policy.value || !change.value) {
    const unusable = [...landscape.faults, ...policy.faults, ...change.faults];
    throw new Failed(NO_PLAN, [...unusable, ...checkWhatIsThere(inputs, at)]);
  }
  const result = buildPlan({
    landscape: landscape.value,
    policy: policy.value,
    change: change.value,
    at,
    landscapeDigest: digestOf(canonicalJson(normalizeLandscape(landscape.value))),
    policyDigest: digestOf(canonicalJson(policy.value)),
  });
  if (!result.ok) throw new Failed(NO_PLAN, placed(result.faults, inputs));
  return { digest: digestOf(canonicalJson(result.plan)), ...result.plan };
}

/** An instant given as an option. @throws Misused when every machine would read it differently */
export function instantOption(text: string, name: string): string {
  const wrong = `${name}: "${text}" is not a moment; write it with its zone, like 2026-11-29T22:00:00Z`;
  if (!isInstant(text)) throw new Misused(wrong);
  return new Date(text).toISOString();
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
          ...(landscape.value ? checkLandscape(landscape.value) : []),
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
const CHANGE_PARTS = new Set(['id', 'title', 'scope', 'window', 'policy', 'requestedBy', 'approvals']);

/** Gives faults of the domain the file, line and column they come from. */
function placed(faults: readonly Fault[], { landscape, policy, change }: Inputs): Fault[] {
  return faults.flatMap((fault) => {
    const part = fault.path.split('/')[1] ?? '';
    const source = LANDSCAPE_LISTS.has(part) ? landscape : CHANGE_PARTS.has(part) ? change : policy;
    return source.value ? withPositions([fault], source.locate) : [fault];
  });
}
