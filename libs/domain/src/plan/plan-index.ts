import type { PlanJob } from '@patchtide/contracts';

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
  | 'wave'
>;

/**
 * Look-ups over a plan's jobs. `tailMs`: the longest remaining path from a job's start to the end of everything after
 * it. `rank`: the order in which jobs deserve to start, 0 first: longest tail, then id.
 */
export interface PlanIndex<J extends Schedulable = PlanJob> {
  readonly jobs: ReadonlyMap<string, J>;
  readonly dependents: ReadonlyMap<string, readonly string[]>;
  readonly tailMs: ReadonlyMap<string, number>;
  readonly rank: ReadonlyMap<string, number>;
}

/** Indexes jobs that form a DAG. */
export function indexPlan<J extends Schedulable>(jobs: readonly J[]): PlanIndex<J> {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  const dependents = new Map<string, string[]>(jobs.map((job) => [job.id, []]));
  for (const job of jobs) for (const earlier of job.dependsOn) dependents.get(earlier)?.push(job.id);
  const tailMs = new Map<string, number>();
  for (const id of topologicalOrder(jobs, dependents).reverse()) {
    const after = (dependents.get(id) ?? []).reduce((max, next) => Math.max(max, tailMs.get(next) ?? 0), 0);
    tailMs.set(id, (byId.get(id)?.estimateMs ?? 0) + after);
  }
  const bySlack = [...byId.keys()].sort(
    (a, b) => (tailMs.get(b) ?? 0) - (tailMs.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  return { jobs: byId, dependents, tailMs, rank: new Map(bySlack.map((id, position) => [id, position])) };
}

/** Jobs so that each comes after all it depends on; those on a cycle are left out. */
export function topologicalOrder(
  jobs: readonly Pick<Schedulable, 'id' | 'dependsOn'>[],
  dependents: ReadonlyMap<string, readonly string[]>,
): string[] {
  const open = new Map(jobs.map((job) => [job.id, job.dependsOn.length]));
  const order = jobs.filter((job) => job.dependsOn.length === 0).map((job) => job.id);
  for (let head = 0; head < order.length; head++) {
    for (const next of dependents.get(order[head] ?? '') ?? []) {
      const left = (open.get(next) ?? 0) - 1;
      open.set(next, left);
      if (left === 0) order.push(next);
    }
  }
  return order;
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

/** Longest remaining path first; ids break ties, so that the order is the same everywhere. */
export function byUrgency(index: Pick<PlanIndex<Schedulable>, 'rank'>): (a: string, b: string) => number {
  return (a, b) => (index.rank.get(a) ?? 0) - (index.rank.get(b) ?? 0);
}
