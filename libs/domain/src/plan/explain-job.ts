import type { Plan, PlanJob } from '@patchtide/contracts';
import { toMs } from '../instant';
import { whatHolds } from './what-holds';
import { indexPlan, waitingFor } from './plan-index';
import { type Needs, waitReason } from './wait-reason';

/** A job that another one waits for, and why. */
export interface Link {
  readonly job: string;
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly because: string;
}

/** Why a job is where it is in a plan. */
export interface JobExplanation {
  readonly job: PlanJob;
  /** What it waits for itself; the one that ends last, and decides, first. */
  readonly waitsFor: readonly Link[];
  /** From the job that decides when this one starts back to the one that waits for nothing; each with why the one before waits. */
  readonly chain: readonly Link[];
  /** What keeps it from starting when everything it waits for is done: its wave, window, freezes, limits. In words. */
  readonly heldBy: readonly string[];
  /** Position on the critical path from 1, and how long that is; null: not on it. */
  readonly onCriticalPath: { readonly position: number; readonly length: number } | null;
  /** How much later it may begin so that everything behind it still ends with the plan; limits are left out of account. */
  readonly spareMs: number;
  /** The same for the end of its window. */
  readonly slackMs: number;
  /** Jobs that wait for it, directly or not. */
  readonly holdsUp: { readonly directly: readonly string[]; readonly jobs: number };
}

/** Explains the job with this id or name; null when the plan has none. */
export function explainJob(plan: Plan, idOrName: string, needs?: Needs): JobExplanation | null {
  const job = plan.jobs.find(({ id, name }) => id === idOrName || name === idOrName);
  if (!job) return null;
  const index = indexPlan(plan.jobs);
  const tailMs = index.tailMs.get(job.id) ?? job.estimateMs;
  const windowEnd = plan.windows[job.window]?.end ?? plan.window.end;
  const startMs = toMs(job.estimatedStart);
  const path = plan.forecast.criticalPath;
  const position = path.indexOf(job.id);
  return {
    job,
    waitsFor: linksOf(plan, index.jobs, job, needs),
    chain: chainOf(plan, index.jobs, job, needs),
    heldBy: whatHolds(plan, job),
    onCriticalPath: position === -1 ? null : { position: position + 1, length: path.length },
    spareMs: toMs(plan.forecast.end) - tailMs - startMs,
    slackMs: toMs(windowEnd) - tailMs - startMs,
    holdsUp: {
      directly: [...(index.dependents.get(job.id) ?? [])].sort(),
      jobs: waitingFor(index, job.id).size,
    },
  };
}

type Jobs = ReadonlyMap<string, PlanJob>;

function linksOf(plan: Plan, jobs: Jobs, job: PlanJob, needs?: Needs): Link[] {
  return job.dependsOn
    .flatMap((id) => jobs.get(id) ?? [])
    .sort((a, b) => toMs(b.estimatedEnd) - toMs(a.estimatedEnd) || (a.id < b.id ? -1 : 1))
    .map((earlier) => ({
      job: earlier.id,
      name: earlier.name,
      start: earlier.estimatedStart,
      end: earlier.estimatedEnd,
      because: waitReason(plan, job, earlier, needs),
    }));
}

/** A plan's jobs form a DAG, so that this ends. */
function chainOf(plan: Plan, jobs: Jobs, job: PlanJob, needs?: Needs): Link[] {
  const [decides] = linksOf(plan, jobs, job, needs);
  const earlier = decides && jobs.get(decides.job);
  return decides && earlier ? [decides, ...chainOf(plan, jobs, earlier, needs)] : [];
}
