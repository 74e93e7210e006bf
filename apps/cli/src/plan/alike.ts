import type { PlanJob } from '@patchtide/contracts';
import { groupBy, mainJobs, type ServerPlace } from './places';

/** Servers of one tier on which the same happens, each at its own time. */
export interface Alike {
  readonly tiers: readonly string[];
  readonly places: readonly ServerPlace[];
}

/** Servers of an application, those on which the same is done together, in the order of their first jobs. */
export function alike(servers: readonly ServerPlace[]): Alike[] {
  const groups = groupBy(servers, ({ tiers, jobs }) =>
    [tiers.join(' '), ...mainJobs(jobs).map(shapeOf).sort()].join('\n'),
  );
  return [...groups.values()].map((places) => ({ tiers: places[0]?.tiers ?? [], places }));
}

/** What a job is apart from whom it is for and when: two jobs of one shape say the same to a reader. */
function shapeOf({ name, action, estimateMs, estimateFrom, gates, instructions }: PlanJob): string {
  const what = name.split('_').slice(0, 2);
  return JSON.stringify([what, action, estimateMs, estimateFrom, gates, instructions]);
}
