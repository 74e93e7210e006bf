import { createPool, PostgresEventStore, rebuildProjection, transactions } from '@patchtide/event-store';
import { type Environment, loadConfig } from '@patchtide/service-kit';
import { PlannerConfig } from '../config';
import { durationProjection } from './duration-projection';
import { WorkedJobs } from './worked-jobs';

/**
 * Empties the durations, so that running instances keep them anew from the events; plans made before they have caught up
 * know less of the past. Rejects with `ConfigInvalid` when the environment is not usable.
 */
export async function rebuildDurations(env: Environment): Promise<void> {
  const pool = createPool(loadConfig(PlannerConfig, env).DATABASE_URL);
  try {
    const projection = durationProjection(new WorkedJobs(new PostgresEventStore(pool)));
    await rebuildProjection(projection, transactions(pool));
  } finally {
    await pool.end();
  }
}
