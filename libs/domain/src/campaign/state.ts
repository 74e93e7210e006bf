import type { Change, Fault, Outcome, Plan, PlanJob } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Limiter } from '../plan/limiter';
import { indexPlan, type PlanIndex } from '../plan/plan-index';
import { type OpenTimes, openTimesOf } from './open-times';

/** The system itself, where an event names who caused it. */
export const PATCHTIDE = 'patchtide';

export type CampaignStatus =
  'none' | 'planning' | 'rejected' | 'planned' | 'approved' | 'running' | 'needs-hands' | 'closed';

export type JobStatus =
  | 'waiting'
  | 'dispatched'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'unknown'
  | 'skipped'
  | 'completed'
  | 'taken-over';

export interface JobState {
  readonly plan: PlanJob;
  status: JobStatus;
  attempt: number;
  /** When the present or last attempt was dispatched, in epoch milliseconds; 0 before the first. */
  dispatchedMs: number;
  /** Retries by rule so far. */
  reactions: number;
  /** Who asked for the present or next attempt; null for the first. */
  askedBy: 'reaction' | 'operator' | null;
  /** Epoch milliseconds before which a scheduled retry must not start. */
  notBeforeMs: number;
  executor: string | null;
  summary: string;
  outputTail: string;
  exitCode: number | null;
  outcome: Exclude<Outcome, 'succeeded'> | null;
  since: string;
}

export interface Obligation {
  readonly id: string;
  readonly kind: 'stopped' | 'muted' | 'held';
  readonly ci: string;
  readonly server: string;
  readonly owner: string | null;
  readonly openedAt: string;
  open: boolean;
  discharged: { how: string; by: string; at: string } | null;
}

export interface IncidentState {
  readonly id: string;
  readonly job: string;
  open: boolean;
  openedAt: string;
  resolvedAt: string | null;
  times: number;
}

/** The last word on a condition of the business: whoever spoke last counts. */
export interface ConditionState {
  readonly met: boolean;
  /** From then on it does not count any more; null: until it is withdrawn. */
  readonly until: string | null;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  /** The last version of the condition's own stream that is taken into account; 0: none. */
  readonly publication: number;
}

/** The forecast that people were told last. */
export interface ToldForecast {
  readonly end: string;
  readonly fits: boolean;
  /** When it was told; of the plan's, never. */
  readonly at: string | null;
}

/** Everything that exists once a campaign has a plan. */
export interface Execution {
  told: ToldForecast;
  readonly plan: Plan;
  readonly index: PlanIndex;
  /** End of the last window. */
  readonly windowEndMs: number;
  readonly openTimes: OpenTimes;
  readonly limiter: Limiter;
  readonly jobs: Map<string, JobState>;
  /** Jobs that wait and whose predecessors are all done. */
  readonly ready: Set<string>;
  /** Predecessors that have not passed yet, by job. */
  readonly openWaits: Map<string, number>;
  readonly inFlight: Set<string>;
  /** Jobs that failed and that nothing has made good yet; one that a rule tries again is not among them. */
  readonly failing: Set<string>;
  readonly obligations: Map<string, Obligation>;
  readonly incidents: Map<string, IncidentState>;
  readonly exhausted: Set<string>;
  readonly releasedWaves: Set<string>;
  /** Groups on the way up only; `*` stands for all of them. */
  readonly restoring: Set<string>;
  /** When the last job of each wave ended or failed, in epoch milliseconds. */
  readonly waveEndMs: Map<string, number>;
  /** Jobs of each group that give nothing back and have not ended for good; a group without is not listed. */
  readonly taking: Map<string, number>;
  /** By position of the window: groups of it that are listed there. */
  readonly unfinished: readonly Set<string>[];
  /** Jobs of each wave that have not ended for good. */
  readonly unsettled: Map<string, number>;
  /** Jobs of each wave with which something will happen: they are ready, run, or are in a person's hands. */
  readonly atWork: Map<string, number>;
  /** Jobs that failed and that neither an attempt nor a person has made good since, also where they were skipped. */
  readonly failed: Set<string>;
  /** Checks of each wave that have not passed: not begun, failed or skipped. */
  readonly openChecks: Map<string, Set<string>>;
  /** What is known of the conditions that gates of the business ask for, by name. */
  readonly conditions: Map<string, ConditionState>;
}

export interface Campaign {
  status: CampaignStatus;
  revision: number;
  change: Change | null;
  changeDigest: string;
  reasons: readonly Fault[];
  approvals: { by: string; at: string; planDigest: string; source: string }[];
  startedAt: string | null;
  paused: { by: string; reason: string; at: string } | null;
  restore: { cause: 'abort' | 'window-closed'; by: string; reason: string; at: string } | null;
  needsHands: readonly string[];
  closed: { outcome: string; at: string; serversPatched: number } | null;
  execution: Execution | null;
}

export function initialCampaign(): Campaign {
  return {
    status: 'none',
    revision: 0,
    change: null,
    changeDigest: '',
    reasons: [],
    approvals: [],
    startedAt: null,
    paused: null,
    restore: null,
    needsHands: [],
    closed: null,
    execution: null,
  };
}

/** A plan about to be executed: all jobs wait, those without predecessors are ready. */
export function beginExecution(plan: Plan, at: string): Execution {
  const jobs = new Map(plan.jobs.map((job) => [job.id, waitingJob(job, at)]));
  const first = plan.jobs.filter((job) => job.dependsOn.length === 0);
  return {
    told: { end: plan.forecast.end, fits: plan.forecast.fits, at: null },
    plan,
    index: indexPlan(plan.jobs),
    windowEndMs: toMs(plan.window.end),
    openTimes: openTimesOf(plan),
    limiter: new Limiter(plan.limits, plan.servers),
    jobs,
    ready: new Set(first.map((job) => job.id)),
    openWaits: new Map(plan.jobs.map((job) => [job.id, job.dependsOn.length])),
    inFlight: new Set(),
    failing: new Set(),
    obligations: new Map(),
    incidents: new Map(),
    exhausted: new Set(),
    releasedWaves: new Set(),
    restoring: new Set(),
    waveEndMs: new Map(),
    ...takingGroups(plan),
    unsettled: countByWave(plan.jobs),
    atWork: countByWave(first),
    failed: new Set(),
    openChecks: checksByWave(plan.jobs),
    conditions: new Map(),
  };
}

function waitingJob(plan: PlanJob, at: string): JobState {
  return {
    plan,
    status: 'waiting',
    attempt: 0,
    dispatchedMs: 0,
    reactions: 0,
    askedBy: null,
    notBeforeMs: 0,
    executor: null,
    summary: '',
    outputTail: '',
    exitCode: null,
    outcome: null,
    since: at,
  };
}

function takingGroups({ jobs, windows }: Plan): Pick<Execution, 'taking' | 'unfinished'> {
  const taking = new Map<string, number>();
  const unfinished = windows.map(() => new Set<string>());
  for (const job of jobs) {
    if (givesBack(job)) continue;
    taking.set(job.group, (taking.get(job.group) ?? 0) + 1);
    unfinished[job.window]?.add(job.group);
  }
  return { taking, unfinished };
}

function checksByWave(jobs: readonly PlanJob[]): Map<string, Set<string>> {
  const checks = new Map<string, Set<string>>();
  for (const { id, wave } of jobs.filter((job) => job.action === 'CHECK'))
    checks.set(wave, (checks.get(wave) ?? new Set()).add(id));
  return checks;
}

function countByWave(jobs: readonly PlanJob[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const job of jobs) counts.set(job.wave, (counts.get(job.wave) ?? 0) + 1);
  return counts;
}

/** Ended for good: nothing more will happen to the job. */
export function isSettled(status: JobStatus): boolean {
  return status === 'succeeded' || status === 'skipped' || status === 'completed';
}

export function isInFlight(status: JobStatus): boolean {
  return status === 'dispatched' || status === 'running';
}

/** Its last attempt was ordered, and is known never to have begun. */
export function neverBegan(job: Pick<JobState, 'status' | 'outcome'>): boolean {
  return job.status === 'failed' && job.outcome === 'not-begun';
}

/** Actions that give something back; on the way up they are the only ones that start. */
export function givesBack(job: Pick<PlanJob, 'action'>): boolean {
  return job.action === 'START' || job.action === 'RELEASE' || job.action === 'UNMUTE';
}

/**
 * Id of the obligation that a job takes on or gives back; null for jobs that do neither. A component that runs on several
 * servers is owed on each of them, so the place in the job's id counts and not the CI.
 */
export function obligationOf(
  job: Pick<PlanJob, 'action' | 'id'>,
): { id: string; kind: Obligation['kind'] } | null {
  const kind = OBLIGATIONS[job.action];
  return kind === undefined ? null : { id: `${kind}:${placeOf(job)}`, kind };
}

const OBLIGATIONS: Readonly<Partial<Record<PlanJob['action'], Obligation['kind']>>> = {
  STOP: 'stopped',
  START: 'stopped',
  MUTE: 'muted',
  UNMUTE: 'muted',
  HOLD: 'held',
  RELEASE: 'held',
};

/** What a job's id says behind its action. */
function placeOf({ id }: Pick<PlanJob, 'id'>): string {
  return id.slice(id.indexOf('-') + 1);
}

const PAIRS: Readonly<Partial<Record<PlanJob['action'], string>>> = {
  START: 'stop',
  UNMUTE: 'mute',
  RELEASE: 'hold',
  STOP: 'start',
  MUTE: 'unmute',
  HOLD: 'release',
};

/** The job that takes what this one gives back, or the other way round. */
export function counterpartOf(
  execution: Execution,
  job: Pick<PlanJob, 'action' | 'id'>,
): JobState | undefined {
  return execution.jobs.get(`${PAIRS[job.action]}-${placeOf(job)}`);
}

export function isRestoring(execution: Execution, group: string): boolean {
  return execution.restoring.has('*') || execution.restoring.has(group);
}

export function openObligations(execution: Execution): Obligation[] {
  return [...execution.obligations.values()].filter((obligation) => obligation.open);
}
