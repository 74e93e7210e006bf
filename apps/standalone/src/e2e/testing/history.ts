import { createPool, PostgresEventStore } from '@patchtide/event-store';
import type { System } from '../../system';
import type { EventView } from './campaigns';

/** Positions of every event in the global log, and whether every chain verifies, straight from the database. */
export async function readLog({
  databaseUrl,
}: System): Promise<{ positions: number[]; isVerified: boolean }> {
  const pool = createPool(databaseUrl, { max: 2 });
  try {
    const store = new PostgresEventStore(pool);
    const positions: number[] = [];
    for (let more = true; more;) {
      const page = await store.readAll(positions.at(-1) ?? 0, 1_000);
      positions.push(...page.map(({ position }) => position));
      more = page.length > 0;
    }
    return { positions, isVerified: (await store.verifyAll()).ok };
  } finally {
    await pool.end();
  }
}

const STATUS_AFTER: Readonly<Record<string, string>> = {
  JobDispatched: 'dispatched',
  JobStarted: 'running',
  JobSucceeded: 'succeeded',
  JobFailed: 'failed',
  JobRetryScheduled: 'waiting',
  JobSkipped: 'skipped',
};

/** What the events up to a moment say, told in the plainest way: the status of each job touched, the obligations open. */
export function retell(events: readonly EventView[], until: string) {
  const statuses = new Map<string, string>();
  const open = new Set<string>();
  for (const { type, data, at } of events) {
    if (Date.parse(at) > Date.parse(until)) break;
    const status = STATUS_AFTER[type];
    if (status !== undefined) statuses.set(String(data['job']), status);
    if (type === 'ObligationOpened') open.add(String(data['obligation']));
    if (type === 'ObligationDischarged') open.delete(String(data['obligation']));
  }
  return { statuses, open };
}
