import { type Lists, listsOf, topological, turnedRound } from '../lists';
import type { Schedulable } from './plan-index';

/** Jobs in the order of their ids, by position, so that many thousands can be gone through again and again. */
export interface JobTable {
  readonly jobs: readonly Schedulable[];
  readonly position: ReadonlyMap<string, number>;
  readonly estimateMs: Float64Array;
  /** What each job waits for, among these jobs. */
  readonly waitsFor: Lists;
  /** Who waits for each job. */
  readonly dependents: Lists;
  /** Positions so that each comes after all it waits for; jobs on a cycle are left out. */
  readonly order: Int32Array;
}

/** Sets up the table of jobs. What they wait for and is not among them counts as done. */
export function jobTable(unsorted: readonly Schedulable[]): JobTable {
  const jobs = isSorted(unsorted) ? unsorted : [...unsorted].sort((a, b) => (a.id < b.id ? -1 : 1));
  const position = new Map(jobs.map((job, i) => [job.id, i]));
  const waitsFor = listsOf(
    jobs.map(({ dependsOn }) => dependsOn),
    position,
  );
  const dependents = turnedRound(waitsFor);
  const estimateMs = Float64Array.from(jobs, (job) => job.estimateMs);
  return { jobs, position, estimateMs, waitsFor, dependents, order: topological(waitsFor, dependents) };
}

/** The same jobs with time running backward: who waited is waited for. */
export function reversed(table: JobTable): JobTable {
  const { waitsFor, dependents, order } = table;
  return { ...table, waitsFor: dependents, dependents: waitsFor, order: order.toReversed() };
}

/** For each job the longest path from its start to the end of all that waits for it, with these durations. */
export function tails({ dependents, order }: JobTable, durationMs: Float64Array): Float64Array {
  const tailMs = new Float64Array(durationMs.length);
  for (let k = order.length - 1; k >= 0; k--) {
    const job = order[k] ?? 0;
    let longest = 0;
    for (let i = dependents.from[job] ?? 0; i < (dependents.from[job + 1] ?? 0); i++) {
      longest = Math.max(longest, tailMs[dependents.items[i] ?? 0] ?? 0);
    }
    tailMs[job] = longest + (durationMs[job] ?? 0);
  }
  return tailMs;
}

/** A longest path through the jobs, from its first to its last; `tailMs` tells how much of it is left from each. */
export function longestPath(
  { order, dependents: { from, items } }: JobTable,
  tailMs: Float64Array,
): number[] {
  const longest = (jobs: Int32Array): number =>
    jobs.reduce((best, job) => ((tailMs[job] ?? 0) > (tailMs[best] ?? -1) ? job : best), -1);
  const path: number[] = [];
  const first = longest(order.toSorted());
  for (let job = first; job >= 0; job = longest(items.subarray(from[job], from[job + 1]))) path.push(job);
  return path;
}

/** The place of each position when the numbers are put in order, 0 for the greatest; of equal ones the first comes first. */
export function ranked(weights: Float64Array): Float64Array {
  const negative = weights.map((weight) => -weight);
  // Without a function to compare by, numbers are sorted many times faster; where each belongs is found by halving.
  const sorted = negative.toSorted();
  const taken = new Int32Array(sorted.length);
  return negative.map((value) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    const before = taken[low] ?? 0;
    taken[low] = before + 1;
    return low + before;
  });
}

function isSorted(jobs: readonly Schedulable[]): boolean {
  return jobs.every((job, i) => i === 0 || (jobs[i - 1]?.id ?? '') < job.id);
}
