import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertmanagerMonitoring } from '@patchtide/connectors/monitoring';
import { ALL_ZONES, type Report, type WorkOrder, subjects } from '@patchtide/contracts';
import {
  type RunningServer,
  type RunningSshd,
  freePort,
  startAlertmanager,
  startNats,
  startPostgres,
  startSshd,
  waitUntil,
} from '@patchtide/embedded';
import { type Pool, PostgresEventStore, createPool } from '@patchtide/event-store';
import {
  type Bus,
  JetStreamStrategy,
  STREAMS,
  connectBus,
  consume,
  consumers,
  ensureTopology,
} from '@patchtide/messaging';
import { BUS, type RunningService, bootstrapService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { order } from './bench.contract';
import { SuppressionConfig } from './suppression-config';

const ADDRESS = '127.0.2.1';
const call = { timeoutMs: 5_000 };
const windowEnd = new Date(Date.now() + 3_600_000).toISOString();

/** The whole service against a real Postgres, nats-server, Alertmanager and sshd. */
describe('monitoring-suppression', () => {
  let servers: { postgres: RunningServer; nats: RunningServer; sshd: RunningSshd };
  let alertmanager: RunningServer;
  let alertmanagerPort: number;
  let directory: string;
  let service: RunningService;
  let bus: Bus;
  let pool: Pool;
  const reports: Report[] = [];

  beforeAll(async () => {
    const [postgres, nats, sshd] = await Promise.all([
      startPostgres(),
      startNats(),
      startSshd({ addresses: [ADDRESS] }),
    ]);
    servers = { postgres, nats, sshd };
    alertmanagerPort = await freePort();
    alertmanager = await startAlertmanager({ port: alertmanagerPort });
    directory = await mkdtemp(join(tmpdir(), 'patchtide-suppression-'));
    await mkdir(join(directory, 'cron.d'));
    await writeFile(join(directory, 'known_hosts'), sshd.knownHosts);
    bus = await connectBus({ url: nats.url, name: 'test' });
    await ensureTopology(bus);
    await consume(bus, consumers.reports('C1'), ({ data }) => void reports.push(data as Report));
    service = await startService();
    pool = createPool(postgres.url);
  });
  afterAll(async () => {
    await service.close();
    await bus.close();
    await pool.end();
    await Promise.all([alertmanager, ...Object.values(servers)].map((server) => server.stop()));
    await rm(directory, { recursive: true });
  });
  beforeEach(() => reports.splice(0));

  function startService(): Promise<RunningService> {
    const { postgres, nats, sshd } = servers;
    return bootstrapService({
      name: 'monitoring-suppression',
      port: 0,
      env: {
        LOG_LEVEL: 'silent',
        DATABASE_URL: postgres.url,
        NATS_URL: nats.url,
        ALERTMANAGER_URL: `http://127.0.0.1:${alertmanagerPort}`,
        SUPPRESSION_SSH_USER: sshd.user,
        SUPPRESSION_SSH_KEY: sshd.privateKey,
        SUPPRESSION_SSH_KNOWN_HOSTS: join(directory, 'known_hosts'),
        SUPPRESSION_CRON_DIRECTORY: join(directory, 'cron.d'),
        KEEP_SECONDS: '1',
      },
      config: SuppressionConfig,
      module: (config) => AppModule.with(config),
      strategy: (app) =>
        new JetStreamStrategy({
          bus: app.get<Bus>(BUS),
          consumers: [{ ...consumers.work('suppression', ALL_ZONES), concurrency: 8, nakDelayMs: () => 100 }],
        }),
    });
  }

  const send = (work: WorkOrder) =>
    bus.publish(subjects.work('suppression', ALL_ZONES), { ...work, windowEnd, notAfter: windowEnd });
  const until = (what: string, condition: () => unknown) => waitUntil(condition, { timeoutMs: 20_000, what });
  const muted = async () => {
    const monitoring = new AlertmanagerMonitoring({ url: `http://127.0.0.1:${alertmanagerPort}` });
    return (await monitoring.list('C1', call)).map(({ subject }) => subject);
  };
  const finished = () => reports.find((report) => report.kind === 'finished');
  const events = async () => {
    const stored = await new PostgresEventStore(pool).read('suppression-C1');
    return stored.map(({ type, data }) => `${type.replace('Suppression', '')} ${String(data['subject'])}`);
  };

  async function carriedOut(work: WorkOrder) {
    await send(work);
    await until('a report', finished);
    return finished();
  }

  function holdOrder(action: 'HOLD' | 'RELEASE'): WorkOrder {
    const path = join(directory, 'cron.d', 'billing');
    return order(action, {
      target: { server: 'srv-2', address: ADDRESS, port: servers.sshd.port, os: 'debian-12' },
      subjects: [{ id: 'billing', system: 'cron', ref: { ref: path } }],
    });
  }

  it('takes nothing whose order comes too late, and reports only that', async () => {
    const work = { ...order('MUTE'), windowEnd, notAfter: new Date(Date.now() - 1_000).toISOString() };
    await bus.publish(subjects.work('suppression', ALL_ZONES), work);
    await until('a report', finished);
    expect(finished()).toMatchObject({ outcome: 'not-begun' });
    expect(reports.some(({ kind }) => kind === 'started')).toBe(false);
    expect([await muted(), await events()]).toEqual([[], []]);
  });

  it('mutes a server, records it and reports it', async () => {
    expect(await carriedOut(order('MUTE'))).toMatchObject({
      attemptId: 'C1/mute-srv-1/1',
      outcome: 'succeeded',
      summary: 'Muted.',
      facts: { 'mon-1': expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
    expect(reports[0]).toMatchObject({
      kind: 'started',
      executor: expect.stringMatching(/^monitoring-suppression@/) as string,
    });
    expect(await muted()).toEqual(['mon-1']);
    expect(await events()).toEqual(['Intended mon-1', 'Taken mon-1']);
  });

  it('mutes again by itself after its own restart and after Alertmanager has lost everything', async () => {
    await service.close();
    await alertmanager.stop();
    alertmanager = await startAlertmanager({ port: alertmanagerPort });
    expect(await muted()).toEqual([]);

    service = await startService();

    await until('the mute', async () => (await muted()).length === 1);
    await alertmanager.stop();
    alertmanager = await startAlertmanager({ port: alertmanagerPort });
    await until('the mute once more', async () => (await muted()).length === 1);
  });

  it('holds a cron file on a host and gives it back', async () => {
    await writeFile(join(directory, 'cron.d', 'billing'), '17 3 * * * root true\n');

    expect(await carriedOut(holdOrder('HOLD'))).toMatchObject({ outcome: 'succeeded' });
    expect(await readdir(join(directory, 'cron.d'))).not.toContain('billing');

    reports.splice(0);
    expect(await carriedOut(holdOrder('RELEASE'))).toMatchObject({
      outcome: 'succeeded',
      summary: 'Given back.',
    });
    expect(await readdir(join(directory, 'cron.d'))).toEqual(['billing']);
  });

  it('unmutes, and has then nothing to keep', async () => {
    expect(await carriedOut(order('UNMUTE'))).toMatchObject({ outcome: 'succeeded' });

    expect(await muted()).toEqual([]);
    expect(await events()).toContain('Lifted mon-1');
    const stillOpen = async () =>
      (await pool.query('select 1 from suppression.campaign where not closed')).rowCount;
    await until('nothing to keep', async () => (await stillOpen()) === 0);
  });

  it('says what is wrong when a system is not configured', async () => {
    const subjects = [{ id: 'mon-9', system: 'webhook', ref: { id: 'x' } }];

    expect(
      await carriedOut(order('MUTE', { attempt: 9, attemptId: 'C1/mute-srv-1/9', subjects })),
    ).toMatchObject({
      outcome: 'failed',
      summary: expect.stringContaining('set WEBHOOK_URL and WEBHOOK_SECRET') as string,
    });
  });

  it('puts aside what is not its work or no order at all, and goes on', async () => {
    await bus.publish(subjects.work('suppression', ALL_ZONES), {
      ...order('PATCH'),
      ...{ windowEnd, notAfter: windowEnd },
    });
    await bus.publish(subjects.work('suppression', ALL_ZONES), { hello: 'world' });

    expect(await carriedOut(order('UNMUTE', { attempt: 2, attemptId: 'C1/unmute-srv-1/2' }))).toMatchObject({
      outcome: 'succeeded',
    });
    await until('two dead letters', async () => (await bus.streamState(STREAMS.dead))?.messages === 2);
  });

  it('is ready while its keepers look round', async () => {
    const answer = await fetch(`${service.url}/health/ready`);
    expect(answer.status).toBe(200);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain(
      'patchtide_suppression_leases_kept_total',
    );
  });
});
