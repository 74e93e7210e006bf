import type { Change, Fault, Outcome, Plan, PlanJob } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Limiter } from '../plan/limiter';
import { indexPlan, type PlanIndex } from '../plan/plan-index';

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

/** Everything that exists once a campaign has a plan. */
export interface Execution {
  readonly plan: Plan;
  readonly index: PlanIndex;
  readonly windowEndMs: number;
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
  /** When the last job of each wave ended, in epoch milliseconds. */
  readonly waveEndMs: Map<string, number>;
  /** Jobs of each wave and of each group that have not ended for good. */
  readonly unsettled: Map<string, number>;
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
  return {
    plan,
    index: indexPlan(plan.jobs),
    windowEndMs: toMs(plan.window.end),
    limiter: new Limiter(plan.limits, plan.servers),
    jobs,
    ready: new Set(plan.jobs.filter((job) => job.dependsOn.length === 0).map((job) => job.id)),
    openWaits: new Map(plan.jobs.map((job) => [job.id, job.dependsOn.length])),
    inFlight: new Set(),
    failing: new Set(),
    obligations: new Map(),
    incidents: new Map(),
    exhausted: new Set(),
    releasedWaves: new Set(),
    restoring: new Set(),
    waveEndMs: new Map(),
    unsettled: countByWave(plan),
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

function countByWave(plan: Plan): Map<string, number> {
  const counts = new Map<string, number>();
  for (const job of plan.jobs) counts.set(job.wave, (counts.get(job.wave) ?? 0) + 1);
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

/** Id of the obligation that a job takes on or gives back; null for jobs that do neither. */
export function obligationOf(
  job: Pick<PlanJob, 'action' | 'ci'>,
): { id: string; kind: Obligation['kind'] } | null {
  switch (job.action) {
    case 'STOP':
    case 'START':
      return { id: `stopped:${job.ci}`, kind: 'stopped' };
    case 'MUTE':
    case 'UNMUTE':
      return { id: `muted:${job.ci}`, kind: 'muted' };
    case 'HOLD':
    case 'RELEASE':
      return { id: `held:${job.ci}`, kind: 'held' };
    default:
      return null;
  }
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
  job: Pick<PlanJob, 'action' | 'ci'>,
): JobState | undefined {
  return execution.jobs.get(`${PAIRS[job.action]}-${job.ci}`);
}

export function isRestoring(execution: Execution, group: string): boolean {
  return execution.restoring.has('*') || execution.restoring.has(group);
}

export function openObligations(execution: Execution): Obligation[] {
  return [...execution.obligations.values()].filter((obligation) => obligation.open);
}
