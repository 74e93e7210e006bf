import { type Pool, PostgresEventStore, createPool, migrate, storeMigrations } from '@patchtide/event-store';
import { type RunningServer, startPostgres } from '@patchtide/embedded';
import { randomUUID } from 'node:crypto';
import {
  type CampaignIndex,
  MemoryCampaignIndex,
  PostgresCampaignIndex,
  indexMigrations,
} from './campaign-index';

describe.each(['Postgres', 'memory'])('the campaign index in %s', (kind) => {
  let server: RunningServer | undefined;
  let pool: Pool | undefined;
  let index: CampaignIndex;

  beforeAll(async () => {
    index = new MemoryCampaignIndex();
    if (kind === 'memory') return;
    server = await startPostgres();
    const owner = createPool(server.url, { role: false, max: 1 });
    await migrate(owner, [...storeMigrations, ...indexMigrations]);
    await owner.end();
    pool = createPool(server.url);
    index = new PostgresCampaignIndex(pool);
  });
  afterAll(async () => {
    await pool?.end();
    await server?.stop();
  });

  const open = async () => (await index.open()).map(({ campaign }) => campaign);

  it('opens a campaign, closes it, and opens it again', async () => {
    await index.register('C1');
    const [seen] = await index.open();
    expect(seen).toMatchObject({ campaign: 'C1' });

    if (seen) await index.close(seen);
    expect(await open()).toEqual([]);

    await index.register('C1');
    expect(await open()).toEqual(['C1']);
  });

  it('does not close what was registered again after the look', async () => {
    const [seen] = await index.open();
    await index.register('C1');

    if (seen) await index.close(seen);

    expect(await open()).toEqual(['C1']);
  });

  it('finds every campaign with a suppression stream again, and only those', async () => {
    if (!pool) return;
    const store = new PostgresEventStore(pool);
    const event = { id: randomUUID(), type: 'SuppressionLifted', schemaVersion: 1, data: { any: 1 } };
    const cause = { correlation: 'C2', actor: 'test', recordedAt: '2026-11-29T22:00:00Z' };
    await store.append([{ stream: 'suppression-C2', expectedVersion: 0, events: [event] }], cause);
    await store.append(
      [{ stream: 'campaign-C3', expectedVersion: 0, events: [{ ...event, id: randomUUID() }] }],
      cause,
    );

    await index.seed();
    await index.seed();

    expect(await open()).toEqual(['C1', 'C2']);
  });
});
