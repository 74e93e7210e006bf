import { rebuildProjection } from '@patchtide/event-store';
import { type Environment, loadConfig } from '@patchtide/service-kit';
import { IncidentConfig } from './config';
import { incidentDataSource } from './data-source';
import { incidentProjection } from './incident-projection';

/**
 * Empties the read model, so that running instances make it anew from the events; it is incomplete until they have
 * caught up. Rejects with `ConfigInvalid` when the environment is not usable.
 */
export async function rebuild(env: Environment): Promise<void> {
  const { DATABASE_URL } = loadConfig(IncidentConfig, env);
  const source = await incidentDataSource(DATABASE_URL, 'service').initialize();
  try {
    await rebuildProjection(incidentProjection, (work) => source.transaction(work));
  } finally {
    await source.destroy();
  }
}
