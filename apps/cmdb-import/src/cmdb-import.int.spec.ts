import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CURRENT_LANDSCAPE_STREAM, streamOf, subjects } from '@patchtide/contracts';
import { type RunningServer, startNats, startPostgres, waitUntil } from '@patchtide/embedded';
import { canonicalJson, createPool, type Pool, PostgresEventStore } from '@patchtide/event-store';
import { type Bus, connectBus, ensureTopology, JetStreamStrategy } from '@patchtide/messaging';
import { bootstrapService, BUS, type RunningService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { ImportConfig } from './config';
import { ACCEPTED_CHANGES } from './consumers';
import { fetchLandscape, SourceUnavailable } from './landscape-source';

const estate = { servers: [{ id: 'srv-1', name: 'srv-1', address: '10.0.0.1', os: 'debian-12' }] };
const change = {
  ...{ id: 'CHG1', title: 'November patches', scope: {}, policy: 'standard', requestedBy: 'm.weber' },
  window: { start: '2026-11-29T21:00:00Z', end: '2026-11-30T01:00:00Z', timezone: 'Europe/Berlin' },
};

/** The whole service against a real Postgres and nats-server, and a CMDB that is away at first. */
describe('cmdb-import', () => {
  let servers: RunningServer[];
  let cmdb: Server;
  let bus: Bus;
  let pool: Pool;
  let store: PostgresEventStore;
  let service: RunningService;
  const asked: { url: string | undefined; authorization: string | undefined }[] = [];

  beforeAll(async () => {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    servers = [postgres, nats];
    cmdb = createServer(({ url, headers: { authorization } }, response) => {
      asked.push({ url, authorization });
      const isAway = asked.length <= 2;
      response.writeHead(isAway ? 503 : 200, { 'content-type': 'application/json' });
      response.end(isAway ? '' : JSON.stringify(estate));
    });
    await new Promise<void>((resolve) => cmdb.listen(0, '127.0.0.1', resolve));
    const { port } = cmdb.address() as AddressInfo;
    const env = {
      ...{ DATABASE_URL: postgres.url, NATS_URL: nats.url, PORT: '0', LOG_LEVEL: 'fatal' },
      CMDB_SOURCE: `http://127.0.0.1:${port}/landscape?key=opensesame`,
      CMDB_TOKEN: 'opensesame',
    };
    service = await bootstrapService({
      ...{ name: 'cmdb-import', port: 0, env, config: ImportConfig },
      module: (config) => AppModule.with(config),
      strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [ACCEPTED_CHANGES] }),
    });
    bus = await connectBus({ url: nats.url, name: 'test' });
    await ensureTopology(bus);
    pool = createPool(postgres.url, { role: false });
    store = new PostgresEventStore(pool);
  });
  afterAll(async () => {
    await service.close();
    await bus.close(500);
    await pool.end();
    cmdb.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const accept = (revision: number, position: number) => {
    const data = { change, changeDigest: `sha256:${'a'.repeat(64)}`, revision, at: '2026-11-24T09:00:00Z' };
    const event = { type: 'ChangeAccepted', data, id: `event-${position}` };
    return bus.publish(subjects.event('campaign', streamOf.campaign('CHG1'), 'ChangeAccepted'), event);
  };
  const captured = async (count: number) =>
    waitUntil(
      async () => {
        const events = await store.read(streamOf.landscape('CHG1'));
        return events.length >= count && events;
      },
      { timeoutMs: 20_000, what: `${count} captured landscape(s)` },
    );

  it('waits for a CMDB that is away, then captures, and tells nobody the credentials of the source', async () => {
    await accept(1, 1);
    const [event] = await captured(1);
    expect(asked.length).toBeGreaterThanOrEqual(3);
    expect(asked[0]).toEqual({ url: '/landscape?key=opensesame', authorization: 'Bearer opensesame' });
    expect(event).toMatchObject({ type: 'LandscapeCaptured', data: { revision: 1, servers: 1 } });
    expect(event?.data['source']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/landscape$/);
    expect(JSON.stringify(event)).not.toContain('opensesame');
  });

  it('captures a revision once, also when its event comes again', async () => {
    await accept(1, 2);
    await accept(2, 3);
    const events = await captured(2);
    expect(events.map(({ data }) => data['revision'])).toEqual([1, 2]);
  });

  it('does not take a shutdown in the middle of a fetch for the CMDB’s answer', async () => {
    const { port } = cmdb.address() as AddressInfo;
    const source = { source: `http://127.0.0.1:${port}/landscape`, bearerToken: null, timeoutMs: 5_000 };
    await expect(fetchLandscape(store, source, AbortSignal.abort())).rejects.toThrow(SourceUnavailable);
  });

  it('makes a landscape the present one on command, and answers a faulty one with every fault', async () => {
    const command = async (landscape: unknown) => {
      const landscapeDigest = await store.putDocument('landscape', canonicalJson(landscape));
      const actor = { by: 'm.weber', reason: '' };
      const message = { type: 'ImportLandscape', data: { landscapeDigest, source: 'estate.yaml', actor } };
      return bus.request(subjects.landscapeCommands, message, { timeoutMs: 5_000 });
    };
    expect(await command(estate)).toMatchObject({ ok: true, servers: 1 });
    expect(await command({ servers: [{ id: 'a' }] })).toMatchObject({
      ok: false,
      problem: {
        ...{ status: 422, code: 'invalid-landscape' },
        faults: expect.arrayContaining([expect.objectContaining({ path: '/servers/0/address' })]) as unknown,
      },
    });
    expect(await store.read(CURRENT_LANDSCAPE_STREAM)).toHaveLength(1);
  });
});
