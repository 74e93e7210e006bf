import type { PlanJob } from '@patchtide/contracts';
import { type JobTable, jobTable, ranked, tails } from './job-table';

/** What scheduling needs to know about a job. */
export type Schedulable = Pick<
  PlanJob,
  | 'id'
  | 'action'
  | 'ci'
  | 'server'
  | 'application'
  | 'applications'
  | 'tier'
  | 'cluster'
  | 'dependsOn'
  | 'estimateMs'
  | 'group'
  | 'wave'
  | 'window'
> & { readonly priority?: number };

/**
 * Look-ups over a plan's jobs. `tailMs`: the longest remaining path from a job's start to the end of everything after
 * it. `rank`: the order in which jobs deserve to start, 0 first: the plan's, and longest tail first where it has none.
 */
export interface PlanIndex<J extends Schedulable = PlanJob> {
  readonly jobs: ReadonlyMap<string, J>;
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  readonly tailMs: ReadonlyMap<string, number>;
  readonly rank: ReadonlyMap<string, number>;
}

/** Indexes jobs that form a DAG. `table`: of the same jobs, where there is one already. */
export function indexPlan<J extends Schedulable>(jobs: readonly J[], table = jobTable(jobs)): PlanIndex<J> {
  const tailMs = tails(table, table.estimateMs);
  const rank = ranked(urgencyOf(jobs, table) ?? tailMs);
  const { from, items } = table.dependents;
  const idAt = (position: number): string => table.jobs[position]?.id ?? '';
  const byJob = <T>(value: (position: number) => T): Map<string, T> =>
    new Map(table.jobs.map(({ id }, position) => [id, value(position)]));
  return {
    jobs: new Map(jobs.map((job) => [job.id, job])),
    dependents: byJob((i) => Array.from(items.subarray(from[i], from[i + 1]), idAt)),
    tailMs: byJob((i) => tailMs[i] ?? 0),
    rank: byJob((i) => rank[i] ?? 0),
  };
}

function urgencyOf(jobs: readonly Schedulable[], { position }: JobTable): Float64Array | null {
  const urgency = new Float64Array(jobs.length);
  for (const { id, priority } of jobs) {
    if (priority === undefined) return null;
    urgency[position.get(id) ?? 0] = -priority;
  }
  return urgency;
}

/** Every job that waits, directly or not, for the given one. */
export function waitingFor(
  index: Pick<PlanIndex<Schedulable>, 'dependents'>,
  id: string,
): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [id];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const dependent of index.dependents.get(next) ?? []) {
      if (seen.has(dependent)) continue;
      seen.add(dependent);
      queue.push(dependent);
    }
  }
  return seen;
}

/** What the plan says is first, first; the same everywhere, because no two jobs have one rank. */
export function byUrgency(index: Pick<PlanIndex<Schedulable>, 'rank'>): (a: string, b: string) => number {
  return (a, b) => (index.rank.get(a) ?? 0) - (index.rank.get(b) ?? 0);
}
