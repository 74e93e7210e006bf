import { randomUUID } from 'node:crypto';
import { type CampaignEvent, streamOf } from '@patchtide/contracts';
import { type RunningServer, startNats, startPostgres, waitUntil } from '@patchtide/embedded';
import { canonicalJson, createPool, type Pool, PostgresEventStore, Sequencer } from '@patchtide/event-store';
import { JetStreamStrategy } from '@patchtide/messaging';
import { bootstrapService, BUS, type RunningService } from '@patchtide/service-kit';
import { AppModule } from '../app.module';
import { PlannerConfig } from '../config';
import { CAPTURED_LANDSCAPES } from '../consumers';
import { rebuildDurations } from './rebuild';

/** The whole service against a real Postgres and nats-server. */
describe('plan-generator', () => {
  let servers: RunningServer[];
  let pool: Pool;
  let service: RunningService;
  let env: Record<string, string>;
  const stop = new AbortController();
  let numbering: Promise<void>;

  beforeAll(async () => {
    const [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    servers = [postgres, nats];
    env = {
      ...{ DATABASE_URL: postgres.url, NATS_URL: nats.url, PORT: '0', LOG_LEVEL: 'fatal' },
      POLICY_DIR: 'policies',
    };
    service = await bootstrapService({
      ...{ name: 'plan-generator', port: 0, env, config: PlannerConfig },
      module: (config) => AppModule.with(config),
      strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [CAPTURED_LANDSCAPES] }),
    });
    pool = createPool(postgres.url, { role: false });
    numbering = new Sequencer(pool, { retryMs: 20 }).run(stop.signal);
  });
  afterAll(async () => {
    stop.abort();
    await numbering;
    await service.close();
    await pool.end();
    await Promise.all(servers.map((server) => server.stop()));
  });

  const kept = async (): Promise<unknown[]> => {
    const { rows } = await pool.query<Record<string, unknown>>(
      'select action, kind, ci, ms::int from durations.job_duration',
    );
    return rows;
  };

  it('keeps how long jobs took while it serves, and anew when it is told to', async () => {
    const store = new PostgresEventStore(pool);
    const jobs = [{ id: 'patch-s1', action: 'PATCH', ci: 's1', kind: null, server: 's1' }];
    const plan = canonicalJson({ jobs, servers: { s1: { os: 'debian-12' } } });
    const planDigest = await store.putDocument('plan', plan);
    const at = '2026-11-29T21:00:00.000Z';
    const begun = { job: 'patch-s1', attempt: 1 };
    const events = [
      { type: 'CampaignPlanned', data: { planDigest } },
      { type: 'JobDispatched', data: { ...begun, attemptId: 'CHG1/patch-s1/1', epoch: 1, at } },
      { type: 'JobSucceeded', data: { ...begun, summary: 'done', at: '2026-11-29T21:09:00.000Z' } },
    ] as CampaignEvent[];
    const appended = events.map(({ type, data }) => ({ id: randomUUID(), type, schemaVersion: 1, data }));
    const cause = { correlation: 'CHG1', actor: 'test', recordedAt: at };
    await store.append([{ stream: streamOf.campaign('CHG1'), expectedVersion: 0, events: appended }], cause);
    const isKept = async () => (await kept()).length === 1;
    await waitUntil(isKept, { timeoutMs: 15_000, what: 'the duration' });
    expect(await kept()).toEqual([{ action: 'PATCH', kind: 'debian', ci: 's1', ms: 540_000 }]);

    await rebuildDurations(env);
    await waitUntil(isKept, { timeoutMs: 15_000, what: 'the duration again' });
  });
});
