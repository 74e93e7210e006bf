import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningServer, startPostgres } from '@patchtide/embedded';
import { createPool, migrate, type Pool, PostgresEventStore, storeMigrations } from '@patchtide/event-store';
import { leasesContract } from './leases.contract';
import { leaseMigrations, PostgresLeases } from './postgres-leases';

const TTL_MS = 1_500;

describe('leases', () => {
  let server: RunningServer;
  let owner: Pool;
  let pools: [Pool, Pool];

  beforeAll(async () => {
    server = await startPostgres();
    owner = createPool(server.url, { role: false, max: 1 });
    await migrate(owner, [...storeMigrations, ...leaseMigrations]);
    pools = [createPool(server.url), createPool(server.url)];
  });
  afterAll(async () => {
    await Promise.all([owner, ...pools].map((pool) => pool.end()));
    await server.stop();
  });

  const leases = (holder: 'a' | 'b') => new PostgresLeases(pools[holder === 'a' ? 0 : 1], holder, TTL_MS);

  const pass = (): Promise<void> => delay(TTL_MS / 3);
  leasesContract('Postgres', () => ({ a: leases('a'), b: leases('b'), pass }));

  it('wiped under a running campaign come back with a higher epoch, for every campaign that has a stream', async () => {
    const store = new PostgresEventStore(pools[0]);
    const event = { id: randomUUID(), type: 'ChangeAccepted', schemaVersion: 1, data: { any: 1 } };
    const cause = { correlation: 'CHG-s', actor: 'test', recordedAt: '2026-11-29T22:00:00Z' };
    await store.append([{ stream: 'campaign-CHG-s', expectedVersion: 0, events: [event] }], cause);
    const a = leases('a');
    await a.register('CHG-s');
    const epoch = (await a.acquire('CHG-s')) ?? 0;

    await owner.query('truncate control.lease');
    expect(await a.renew([{ campaign: 'CHG-s', epoch }])).toEqual(new Set());
    await a.recover();
    await leases('b').recover();

    expect(await a.claimable()).toEqual(['CHG-s']);
    expect(await leases('b').acquire('CHG-s')).toBeGreaterThan(epoch);
  });
});
