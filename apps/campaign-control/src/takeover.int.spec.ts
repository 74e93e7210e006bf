import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CHANGE_APPROVED, type Change, streamOf, subjects, type WorkOrder } from '@patchtide/contracts';
import {
  freePort,
  isReady,
  type RunningServer,
  startNats,
  startPostgres,
  startServiceChild,
  waitUntil,
} from '@patchtide/embedded';
import { createPool, type Pool, PostgresEventStore } from '@patchtide/event-store';
import { type Bus, connectBus, consume, consumers, ensureTopology } from '@patchtide/messaging';
import { aChange, answerWithPlan, estate, ZONE } from './testing/estate';
import { finished, started } from './testing/reports';

interface Instance {
  readonly name: string;
  readonly child: ChildProcess;
}

/** Two instances of the service against a real Postgres and nats-server; executors and planner are ours. */
describe('two instances of campaign-control', () => {
  let postgres: RunningServer;
  let nats: RunningServer;
  let bus: Bus;
  let pool: Pool;
  let store: PostgresEventStore;
  let instances: Instance[] = [];
  const orders: WorkOrder[] = [];

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    bus = await connectBus({ url: nats.url, name: 'test' });
    await ensureTopology(bus);
    pool = createPool(postgres.url, { role: false });
    store = new PostgresEventStore(pool);
    instances = [await start('one'), await start('two')];
    // An executor that takes its time, so that there is always something in flight.
    const work = { ...consumers.work('host', ZONE), concurrency: 50 };
    await consume(bus, work, async ({ data }) => {
      const order = data as WorkOrder;
      orders.push(order);
      await bus.publish(subjects.reports(order.campaign), started(order));
      await delay(300);
      await bus.publish(subjects.reports(order.campaign), finished(order));
    });
  });
  afterAll(async () => {
    for (const { child } of instances) if (child.exitCode === null) child.kill('SIGKILL');
    await bus.close(500);
    await pool.end();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  async function start(name: string): Promise<Instance> {
    const port = await freePort();
    const urls = { DATABASE_URL: postgres.url, NATS_URL: nats.url };
    const child = startServiceChild(join(__dirname, 'main.ts'), {
      PATH: process.env.PATH ?? '',
      PORT: `${port}`,
      LOG_LEVEL: 'fatal',
      ...urls,
    });
    await waitUntil(() => isReady(port), { timeoutMs: 60_000, what: `instance ${name}`, intervalMs: 100 });
    return { name, child };
  }

  async function end({ child }: Instance, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    child.kill(signal);
    await once(child, 'exit');
  }

  async function holderOf(campaign: string): Promise<{ holder: Instance; epoch: number } | undefined> {
    const sql = 'select holder, epoch::int from control.lease where campaign = $1 and expires_at > now()';
    const { rows } = await pool.query<{ holder: string; epoch: number }>(sql, [campaign]);
    const [row] = rows;
    const holder = instances.find(({ child }) => row?.holder.endsWith(`-${child.pid}`) === true);
    return row && holder ? { holder, epoch: row.epoch } : undefined;
  }

  /** Publishes the change as another service does, and answers for cmdb-import and plan-generator. */
  async function begin(id: string): Promise<Change> {
    const now = Date.now();
    const [from, to] = [now - 60_000, now + 3_600_000].map((ms) => new Date(ms).toISOString());
    const change = aChange({ id, window: { start: from ?? '', end: to ?? '', timezone: 'Europe/Berlin' } });
    const envelope = { specversion: '1.0', id: `event-${id}`, source: 'test', type: CHANGE_APPROVED };
    await bus.publish(subjects.changesApproved, { ...envelope, data: change });
    await waitUntil(async () => (await store.read(streamOf.campaign(id))).length > 0, {
      ...{ timeoutMs: 10_000, what: 'the campaign to begin' },
    });
    await answerWithPlan(store, change, estate(8), { at: new Date().toISOString() });
    return change;
  }

  const typesOf = async (id: string): Promise<string[]> =>
    (await store.read(streamOf.campaign(id))).map(({ type }) => type);
  const until = <T>(what: string, condition: () => Promise<T>, timeoutMs = 30_000) =>
    waitUntil(condition, { timeoutMs, what, intervalMs: 20 });
  const inTheMiddle = (id: string) =>
    until(
      'the middle',
      async () => (await typesOf(id)).filter((type) => type === 'JobSucceeded').length >= 10,
    );
  const isClosed = async (id: string): Promise<boolean> => (await typesOf(id)).at(-1) === 'CampaignClosed';

  /** Every attempt was decided once, and no job had a second one. */
  async function expectNothingTwice(id: string): Promise<void> {
    const events = await store.read(streamOf.campaign(id));
    const dispatched = events
      .filter(({ type }) => type === 'JobDispatched')
      .map(({ data }) => data['attemptId']);
    expect(new Set(dispatched).size).toBe(dispatched.length);
    expect(dispatched.every((attempt) => String(attempt).endsWith('/1'))).toBe(true);
    const ordered = orders.filter(({ campaign }) => campaign === id).map(({ attemptId }) => attemptId);
    expect(new Set(ordered)).toEqual(new Set(dispatched));
    expect((await store.verify(streamOf.campaign(id))).ok).toBe(true);
  }

  async function successorOf(id: string, former: { holder: Instance; epoch: number }): Promise<number> {
    const from = performance.now();
    const after = await until('a successor', async () => {
      const now = await holderOf(id);
      return now && now.holder !== former.holder ? now : undefined;
    });
    expect(after.epoch).toBeGreaterThan(former.epoch);
    return performance.now() - from;
  }

  it('run a campaign in one of them only, from an approved change to its end', async () => {
    await begin('CHG-one');
    const first = await until('a holder', () => holderOf('CHG-one'));
    await until('the end', () => isClosed('CHG-one'));
    const { rows } = await pool.query<{ holder: string | null; closed: boolean; epoch: number }>(
      "select holder, closed, epoch::int from control.lease where campaign = 'CHG-one'",
    );
    await expectNothingTwice('CHG-one');
    expect(rows[0]?.epoch).toBe(first.epoch);
  });

  it('pass a campaign on at once when its holder is asked to stop', async () => {
    await begin('CHG-term');
    await inTheMiddle('CHG-term');
    const former = await until('a holder', () => holderOf('CHG-term'));
    await end(former.holder, 'SIGTERM');
    expect(former.holder.child.exitCode).toBe(0);
    const tookMs = await successorOf('CHG-term', former);
    // Looked for once a second; the rest is the time of a busy machine.
    expect(tookMs).toBeLessThan(4_000);
    await until('the end', () => isClosed('CHG-term'));
    await expectNothingTwice('CHG-term');
    instances = [...instances.filter((instance) => instance !== former.holder), await start('three')];
  });

  it('do not get in each other’s way when the holder was frozen and wakes up after its campaign has moved on', async () => {
    await begin('CHG-freeze');
    await inTheMiddle('CHG-freeze');
    const former = await until('a holder', () => holderOf('CHG-freeze'));
    former.holder.child.kill('SIGSTOP');
    await successorOf('CHG-freeze', former);
    const before = (await typesOf('CHG-freeze')).length;
    await until('the successor’s own events', async () => (await typesOf('CHG-freeze')).length > before);
    former.holder.child.kill('SIGCONT');
    await until('the end', () => isClosed('CHG-freeze'), 60_000);
    await expectNothingTwice('CHG-freeze');
  });

  it('go on with a campaign within about ten seconds when its holder is killed', async () => {
    await begin('CHG-kill');
    await inTheMiddle('CHG-kill');
    const former = await until('a holder', () => holderOf('CHG-kill'));
    await end(former.holder, 'SIGKILL');
    const tookMs = await successorOf('CHG-kill', former);
    expect(tookMs).toBeLessThan(14_000);
    await until('the end', () => isClosed('CHG-kill'), 60_000);
    await expectNothingTwice('CHG-kill');
  });
});
