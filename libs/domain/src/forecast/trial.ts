import type { Application, PlanJob, Window } from '@patchtide/contracts';
import { toMs } from '../instant';
import { type Bounds, demandOf } from '../plan/demand';
import { deadlinesMs } from '../plan/forecast';
import { jobTable, tails } from '../plan/job-table';
import { schedule } from '../plan/schedule';
import { fitsBy } from './admission';
import type { AtStake, Placement } from './moves';
import { runsFor, simulate, spreadOfNights } from './spread';

export interface TrialInput {
  /** By group: positions of the windows in which it may run; left out: in all of them. */
  readonly openTo?: ReadonlyMap<string, readonly number[]>;
  /** In the order of their ids. */
  readonly jobs: readonly PlanJob[];
  readonly bounds: Bounds & { readonly windows: readonly Window[] };
  readonly confidence: number | null;
  readonly seed: string;
  /** How many nights are simulated at most. */
  readonly nights: number;
}

/** Jobs rehearsed in all while looking for what to move; it bounds the time that a plan that does not fit takes. */
const MOST_JOBS = 1_000_000;
/** How many nights tell enough for a first look. */
const FEW_NIGHTS = 20;

/** How often a plan of so many jobs may be tried with some of them elsewhere. */
export function triesFor(jobs: number, confidence: number | null): number {
  const nights = confidence === null ? 1 : FEW_NIGHTS;
  return Math.max(4, Math.min(64, Math.floor(MOST_JOBS / Math.max(1, jobs * nights))));
}

/**
 * Whether a plan would fit by the same rule with some groups elsewhere. A quick look plays it once in the order of the plan,
 * or in a few nights; a thorough one looks for the best order and plays all nights, as the plan itself is made.
 */
export function wouldFit(input: TrialInput, elsewhere: Placement, look: 'quick' | 'thorough'): boolean {
  const { bounds, confidence, seed } = input;
  const { startMs, windows } = bounds;
  const jobs = placed(input.jobs, elsewhere);
  if (jobs.length === 0) return true;
  const isQuick = look === 'quick';
  const { table, demand, rank } = isQuick ? asPlanned(jobs, bounds) : schedule({ ...bounds, jobs });
  const ends = deadlinesMs(jobs, windows);
  const nights = { jobs, table, demand, rank, startMs, seed, deadlineMs: ends, nights: input.nights };
  if (confidence === null) return simulate(nights, 'as expected').every(({ lateMs }) => lateMs <= 0);
  const runs = runsFor(jobs.length, input.nights);
  const spread = spreadOfNights(simulate(nights, isQuick ? Math.min(FEW_NIGHTS, runs) : runs));
  return fitsBy(confidence, { fits: true, spread });
}

function asPlanned(jobs: readonly PlanJob[], bounds: Bounds) {
  const table = jobTable(jobs);
  return { table, demand: demandOf(table, bounds), rank: Float64Array.from(jobs, (job) => job.priority) };
}

function placed(jobs: readonly PlanJob[], elsewhere: Placement): PlanJob[] {
  return jobs.flatMap((job) => {
    const window = elsewhere.get(job.group);
    if (window === undefined) return [job];
    return window === null ? [] : [{ ...job, window }];
  });
}

/** The groups of a plan as they may be moved. An application of which nothing is said is of medium criticality. */
export function groupsAtStake(
  { jobs, bounds, openTo }: Pick<TrialInput, 'jobs' | 'bounds' | 'openTo'>,
  applications: readonly Application[],
): AtStake[] {
  const criticality = new Map(applications.map((a) => [a.id, a.criticality ?? 'medium']));
  const table = jobTable(jobs);
  const tailMs = tails(table, table.estimateMs);
  const groups = new Map<string, PlanJob[]>();
  for (const job of jobs) {
    const list = groups.get(job.group);
    if (list) list.push(job);
    else groups.set(job.group, [job]);
  }
  const everyWindow = bounds.windows.map((_, position) => position);
  return [...groups].map(([group, own]): AtStake => {
    const names = [...new Set(own.flatMap((job) => job.applications))].sort();
    const [first] = own;
    const opensMs = Math.max(bounds.startMs, toMs(bounds.windows[first?.window ?? 0]?.start ?? ''));
    const longestMs = Math.max(...own.map(({ id }) => tailMs[table.position.get(id) ?? 0] ?? 0));
    return {
      group,
      applications: names,
      servers: new Set(own.map((job) => job.server)).size,
      criticality: mostCritical(names.map((id) => criticality.get(id) ?? 'medium')),
      window: first?.window ?? 0,
      openTo: openTo?.get(group) ?? everyWindow,
      isTooLong: opensMs + longestMs > (deadlinesMs(own, bounds.windows)[0] ?? Infinity),
    };
  });
}

/** Servers without an application matter least. */
function mostCritical(of: readonly AtStake['criticality'][]): AtStake['criticality'] {
  if (of.includes('high')) return 'high';
  return of.includes('medium') ? 'medium' : 'low';
}
