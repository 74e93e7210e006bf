import { type JobFailed, type JobSucceeded, streamOf } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';
import type { Folded } from '../follow/campaign-fold';
import type { JobDetailShape } from '../shapes/job';

type Stated = Pick<JobDetailShape, 'packages' | 'facts'>;

/**
 * What the host stated at the end of a job's last attempt. It is read from the event that tells of the end: for thousands
 * of servers it is too much to be kept in memory.
 */
export async function attemptEnd(
  store: Pick<EventStore, 'read'>,
  { id, ends }: Pick<Folded, 'id' | 'ends'>,
  job: string,
): Promise<Stated> {
  const version = ends.get(job);
  if (version === undefined) return { packages: [], facts: {} };
  const [ended] = await store.read(streamOf.campaign(id), version, 1);
  const { packages = [], facts = {} } = (ended?.data ?? {}) as Partial<JobSucceeded | JobFailed>;
  return { packages: [...packages].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))), facts };
}
