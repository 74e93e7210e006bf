import { randomUUID } from 'node:crypto';
import { type CampaignEvent, streamOf } from '@patchtide/contracts';
import { type RunningServer, startPostgres, waitUntil } from '@patchtide/embedded';
import {
  canonicalJson,
  createPool,
  migrate,
  type Pool,
  PostgresEventStore,
  Projector,
  rebuildProjection,
  Sequencer,
  storeMigrations,
  transactions,
  type Tx,
} from '@patchtide/event-store';
import { durationProjection } from './duration-projection';
import { PastCampaigns } from './past-campaigns';
import { durationMigrations } from './tables';
import { WorkedJobs } from './worked-jobs';

const START_MS = Date.parse('2026-11-29T21:00:00.000Z');
const SECOND_MS = 1000;

describe('the durations of past campaigns', () => {
  let server: RunningServer;
  let pool: Pool;
  let store: PostgresEventStore;
  let planDigest: string;
  let projection: ReturnType<typeof durationProjection>;
  const stop = new AbortController();
  let working: Promise<unknown>;
  let projector: Projector<Tx>;
  let campaigns = 0;

  beforeAll(async () => {
    server = await startPostgres();
    const owner = createPool(server.url, { role: false });
    await migrate(owner, [...storeMigrations, ...durationMigrations]);
    pool = createPool(server.url);
    store = new PostgresEventStore(pool);
    const jobs = [
      { id: 'patch-s1', action: 'PATCH', ci: 's1', kind: null, server: 's1' },
      { id: 'patch-s2', action: 'PATCH', ci: 's2', kind: null, server: 's2' },
      { id: 'stop-app', action: 'STOP', ci: 'app', kind: 'tomcat', server: 's1' },
    ];
    const servers = { s1: { os: 'debian-12' }, s2: { os: 'debian-13' } };
    planDigest = await store.putDocument('plan', canonicalJson({ jobs, servers }));
    projection = durationProjection(new WorkedJobs(store));
    const inTransaction = transactions(pool);
    projector = new Projector({ store, projection, inTransaction, idlePollMs: 10, checkMs: 20 });
    const numbering = new Sequencer(owner, { retryMs: 20 }).run(stop.signal);
    working = Promise.all([numbering.finally(() => owner.end()), projector.run(stop.signal)]);
  });
  afterAll(async () => {
    stop.abort();
    await working;
    await pool.end();
    await server.stop();
  });

  /** A campaign in which each job takes so many seconds; with `started`, ten seconds after its dispatch. */
  const ran = async (seconds: Record<string, number>, more: (job: string) => CampaignEvent[] = () => []) => {
    campaigns += 1;
    const id = `CHG${campaigns}`;
    const at = (ms: number): string => new Date(START_MS + campaigns * 3_600_000 + ms).toISOString();
    const planned = { planDigest } as unknown as Extract<CampaignEvent, { type: 'CampaignPlanned' }>['data'];
    const events = Object.entries(seconds).flatMap(([job, taken]): CampaignEvent[] => [
      { type: 'JobDispatched', data: { job, attempt: 1, attemptId: `${id}/${job}/1`, epoch: 1, at: at(0) } },
      ...more(job),
      { type: 'JobSucceeded', data: { job, attempt: 1, summary: 'done', at: at(taken * SECOND_MS) } },
    ]);
    const all: CampaignEvent[] = [{ type: 'CampaignPlanned', data: planned }, ...events];
    const appended = all.map(({ type, data }) => ({ id: randomUUID(), type, schemaVersion: 1, data }));
    const cause = { correlation: id, actor: 'test', recordedAt: at(0) };
    await store.append([{ stream: streamOf.campaign(id), expectedVersion: 0, events: appended }], cause);
  };
  const settled = async (): Promise<void> => {
    const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from es.event');
    await waitUntil(() => projector.position === rows[0]?.count, {
      timeoutMs: 10_000,
      what: 'the projection',
    });
  };
  const past = () => new PastCampaigns(pool).durations();
  const entryOf = async (action: string, kind: string, ci: string | null) =>
    (await past()).entries.find((e) => e.action === action && e.kind === kind && e.ci === ci);

  it('say nothing before there were three attempts, and then tell the CI and its kind', async () => {
    await ran({ 'patch-s1': 100, 'patch-s2': 200 });
    await settled();
    expect(await past()).toEqual({ entries: [] });

    await ran({ 'patch-s1': 300 });
    await ran({ 'patch-s1': 500, 'stop-app': 7 });
    await settled();
    const patch = { action: 'PATCH', p99Ms: 500_000, p90Ms: 500_000 };
    expect((await past()).entries).toEqual([
      { ...patch, kind: 'debian', ci: null, samples: 4, p50Ms: 200_000 },
      { ...patch, kind: 'debian', ci: 's1', samples: 3, p50Ms: 300_000 },
    ]);
  });

  it('count from the first word of an executor, and leave out what failed and what is in no plan', async () => {
    const words = (job: string): CampaignEvent[] => {
      const at = (seconds: number): string =>
        new Date(START_MS + campaigns * 3_600_000 + seconds * SECOND_MS).toISOString();
      const begun = { job, attempt: 1, executor: 'agent-1' };
      if (job === 'patch-s2')
        return [
          {
            type: 'JobFailed',
            data: { ...begun, outcome: 'failed', summary: '', outputTail: '', at: at(1) },
          },
        ];
      return [
        { type: 'JobStarted', data: { ...begun, at: at(2) } },
        { type: 'JobStarted', data: { ...begun, at: at(4) } },
      ];
    };
    await ran({ 'stop-app': 9, 'patch-s2': 9, 'stop-gone': 9 }, words);
    await ran({ 'stop-app': 9 }, words);
    await settled();
    expect(await entryOf('STOP', 'tomcat', 'app')).toMatchObject({ samples: 3, p50Ms: 7_000, p99Ms: 7_000 });
    expect(await entryOf('PATCH', 'debian', null)).toMatchObject({ samples: 4 });
  });

  it('are the same after they were built anew', async () => {
    const before = await past();
    await rebuildProjection(projection, transactions(pool));
    await waitUntil(async () => canonicalJson(await past()) === canonicalJson(before), {
      timeoutMs: 10_000,
      what: 'the same durations',
    });
  });

  it('are kept of the last twelve attempts on a CI', async () => {
    for (let i = 0; i < 13; i++) await ran({ 'patch-s2': 1_000 + i });
    await settled();
    expect(await entryOf('PATCH', 'debian', null)).toMatchObject({ samples: 15 });
    const { rows } = await pool.query<{ least: number }>(
      `select min(ms)::float8 as least from durations.job_duration where ci = 's2'`,
    );
    expect(rows[0]?.least).toBe(1_001_000);
  });
});
