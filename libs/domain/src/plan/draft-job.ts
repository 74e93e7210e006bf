import type { Action, Component, Fault, PlanJob, Policy, Server } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { estimateOf } from '../forecast/estimate';
import type { LandscapeIndex } from '../landscape/landscape-index';

/** A job before its place in time is known. */
export type DraftJob = Omit<
  PlanJob,
  'priority' | 'estimatedStart' | 'estimatedEnd' | 'wave' | 'window' | 'group' | 'dependsOn'
>;

/** A fault found while drafting; with a component, its path begins there. */
export type DraftFault = Fault & { readonly component?: string };

const MINUTE_MS = 60 * 1000;
const TIMEOUT_MS: Readonly<Record<Action, number>> = {
  MUTE: MINUTE_MS,
  HOLD: 2 * MINUTE_MS,
  STOP: 5 * MINUTE_MS,
  PATCH: 60 * MINUTE_MS,
  REBOOT: 15 * MINUTE_MS,
  VERIFY: 5 * MINUTE_MS,
  START: 10 * MINUTE_MS,
  RELEASE: 2 * MINUTE_MS,
  UNMUTE: MINUTE_MS,
  MANUAL: 60 * MINUTE_MS,
  CHECK: 5 * MINUTE_MS,
};

const ACTIONS = Object.keys(TIMEOUT_MS) as Action[];

export function jobId(action: Action, place: string): string {
  return `${action.toLowerCase()}-${place}`;
}

/** What jobs are made from. */
export interface Drafting {
  readonly index: LandscapeIndex;
  readonly policy: Policy;
  /** Applications with something on a server, by its id. */
  readonly applicationsOn: ReadonlyMap<string, readonly string[]>;
  readonly times: Readonly<Record<Action, Times>>;
}

type Times = Pick<DraftJob, 'estimateMs' | 'estimateFrom' | 'timeoutMs'>;

/** Everything that is the same for many of 100,000 jobs is worked out once. */
export function drafting(index: LandscapeIndex, policy: Policy): Drafting {
  const applicationsOn = [...index.onServer].map(([server, components]): [string, string[]] => [
    server,
    [...new Set(components.map(({ application }) => application))].sort(),
  ]);
  const times = ACTIONS.map((action): [Action, Times] => {
    const timeoutMs = durationMs(policy.timeouts?.[action], TIMEOUT_MS[action]);
    return [action, { ...estimateOf(policy, action), timeoutMs }];
  });
  return {
    index,
    policy,
    applicationsOn: new Map(applicationsOn),
    times: Object.fromEntries(times) as Record<Action, Times>,
  };
}

/** What a job is called and where it is. */
interface JobSeed<C> {
  readonly action: Action;
  /** The middle of the name. */
  readonly label: string;
  readonly ci: C;
  readonly server: Server;
  /** The end of the id; the CI's id when left out. */
  readonly place?: string;
}

/** A job of a server, or of something on it, that has nothing to do yet. */
export function serverJob(
  { applicationsOn, times }: Drafting,
  { action, label, ci, server, place = ci.id }: JobSeed<{ readonly id: string; readonly name: string }>,
): DraftJob {
  const { estimateMs, estimateFrom, timeoutMs } = times[action];
  // Not spread in its place: what stands behind a spread costs a microsecond for each field.
  return {
    id: jobId(action, place),
    name: `${action}_${label}_${ci.name}`,
    action,
    ci: ci.id,
    server: server.id,
    application: null,
    applications: applicationsOn.get(server.id) ?? [],
    tier: null,
    kind: null,
    cluster: null,
    owner: server.owner ?? null,
    executor: 'host',
    estimateMs,
    estimateFrom,
    timeoutMs,
    gates: [],
    instructions: null,
    steps: [],
    subjects: [],
  };
}

/** A job of a component on one of its servers. */
export function componentJob(given: Drafting, seed: JobSeed<Component>): DraftJob {
  const job = serverJob(given, seed);
  const { application, tier, kind, cluster = null, owner = job.owner } = seed.ci;
  return { ...job, application, tier, kind, cluster, owner };
}
