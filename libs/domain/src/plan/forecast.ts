import type { ApplicationForecast, Forecast, PlanJob, PlanLimits, Window } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import type { PlanIndex } from './plan-index';
import type { Slot } from './schedule';

export interface ForecastInput {
  readonly index: PlanIndex;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly limits: PlanLimits;
  readonly window: Window;
  readonly startMs: number;
}

/** Whether the plan fits its window, what decides its length, and when each application is down at the latest. */
export function forecast(input: ForecastInput): Forecast {
  const { index, slots, startMs } = input;
  const endMs = [...slots.values()].reduce((max, slot) => Math.max(max, slot.endMs), startMs);
  const windowEndMs = toMs(input.window.end);
  const criticalPath = longestPath(index);
  const criticalPathMs = index.tailMs.get(criticalPath[0] ?? '') ?? 0;
  const workMs = [...index.jobs.values()].reduce((sum, job) => sum + job.estimateMs, 0);
  return {
    start: toInstant(startMs),
    end: toInstant(endMs),
    durationMs: endMs - startMs,
    fits: endMs <= windowEndMs,
    slackMs: windowEndMs - endMs,
    criticalPath,
    criticalPathMs,
    lowerBoundMs: Math.max(criticalPathMs, Math.ceil(workMs / (input.limits.campaign ?? Infinity))),
    applications: perApplication(input, windowEndMs),
  };
}

function longestPath(index: PlanIndex): string[] {
  const longest = (ids: Iterable<string>): string | undefined =>
    [...ids].reduce<string | undefined>((best, id) => {
      const [tail, bestTail] = [
        index.tailMs.get(id) ?? 0,
        best === undefined ? -1 : (index.tailMs.get(best) ?? 0),
      ];
      return tail > bestTail || (tail === bestTail && best !== undefined && id < best) ? id : best;
    }, undefined);
  const path: string[] = [];
  const roots = [...index.jobs.values()].filter((job) => job.dependsOn.length === 0).map((job) => job.id);
  for (let at = longest(roots); at !== undefined; at = longest(index.dependents.get(at) ?? [])) path.push(at);
  return path;
}

function perApplication({ index, slots }: ForecastInput, windowEndMs: number): ApplicationForecast[] {
  const jobs = new Map<string, PlanJob[]>();
  for (const job of index.jobs.values()) {
    if (job.application === null) continue;
    const list = jobs.get(job.application) ?? [];
    list.push(job);
    jobs.set(job.application, list);
  }
  return [...jobs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([application, list]) => {
      const stops = list.filter((job) => job.action === 'STOP');
      if (stops.length === 0) return [];
      const downFrom = Math.min(...stops.map((job) => slots.get(job.id)?.startMs ?? 0));
      const upAt = Math.max(
        ...list.filter((job) => job.action === 'START').map((job) => slots.get(job.id)?.endMs ?? 0),
      );
      const tail = Math.max(...stops.map((job) => index.tailMs.get(job.id) ?? 0));
      return [
        {
          application,
          downFrom: toInstant(downFrom),
          upAt: toInstant(upAt),
          downtimeMs: upAt - downFrom,
          lastSafeMoment: toInstant(windowEndMs - tail),
        },
      ];
    });
}
