import type { Bounds } from '../plan/demand';
import { LimitedScopes } from '../plan/limited-scopes';
import type { Schedulable } from '../plan/plan-index';

interface Placed {
  readonly startMs: number;
  readonly endMs: number;
  readonly scopes: ReadonlySet<string>;
}

/**
 * The shortest time in which so few jobs can be done under waits and limits, by trying every order and giving each job in
 * turn the earliest place that is left: one of these orders leads to an optimum. Knows no waves, windows, freezes, clusters.
 */
export function shortestMs(jobs: readonly Schedulable[], bounds: Pick<Bounds, 'limits' | 'servers'>): number {
  const scopes = new LimitedScopes(bounds.limits, bounds.servers);
  const scopesOf = new Map(jobs.map((job) => [job.id, scopes.of(job)]));
  const tails = new Map<string, number>();
  const tailOf = (job: Schedulable): number => {
    const after = jobs.filter((other) => other.dependsOn.includes(job.id)).map(tailOf);
    return job.estimateMs + Math.max(0, ...after);
  };
  for (const job of jobs) tails.set(job.id, tailOf(job));
  let best = Infinity;

  const placeRest = (placed: ReadonlyMap<string, Placed>, endMs: number): void => {
    if (placed.size === jobs.length) best = Math.min(best, endMs);
    for (const job of jobs) {
      if (placed.has(job.id) || job.dependsOn.some((id) => !placed.has(id))) continue;
      const startMs = earliest(job);
      if (Math.max(endMs, startMs + (tails.get(job.id) ?? 0)) >= best) continue;
      const scopes = new Set(scopesOf.get(job.id)?.map(({ name }) => name));
      const here = { startMs, endMs: startMs + job.estimateMs, scopes };
      placeRest(new Map([...placed, [job.id, here]]), Math.max(endMs, here.endMs));
    }

    function earliest(job: Schedulable): number {
      const after = Math.max(0, ...job.dependsOn.map((id) => placed.get(id)?.endMs ?? 0));
      const moments = [after, ...[...placed.values()].map((other) => other.endMs)].sort((a, b) => a - b);
      return moments.find((ms) => ms >= after && isFree(job, ms)) ?? Infinity;
    }

    function isFree(job: Schedulable, fromMs: number): boolean {
      const untilMs = fromMs + job.estimateMs;
      const others = [...placed.values()].filter((other) => other.startMs < untilMs && other.endMs > fromMs);
      // How many run changes only when one of them starts.
      const looks = [fromMs, ...others.map((other) => other.startMs).filter((ms) => ms > fromMs)];
      return (scopesOf.get(job.id) ?? []).every(({ name, limit }) =>
        looks.every(
          (ms) => others.filter((o) => o.scopes.has(name) && o.startMs <= ms && ms < o.endMs).length < limit,
        ),
      );
    }
  };
  placeRest(new Map(), 0);
  return best;
}
