import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CHANGE_APPROVED,
  CONDITION_MET,
  CONDITION_WITHDRAWN,
  streamOf,
  subjects,
  type WorkOrder,
} from '@patchtide/contracts';
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
import {
  type Bus,
  connectBus,
  consume,
  consumers,
  type DeadLetter,
  ensureTopology,
  STREAMS,
} from '@patchtide/messaging';
import { aChange, answerWithPlan, estate, ZONE } from './testing/estate';
import { finished, started } from './testing/reports';

/** One instance of the service against a real Postgres and nats-server; the business, executors and planner are ours. */
describe('conditions of the business', () => {
  let postgres: RunningServer;
  let nats: RunningServer;
  let bus: Bus;
  let pool: Pool;
  let store: PostgresEventStore;
  let instance: ChildProcess;
  const letters: DeadLetter[] = [];
  /** Orders of stops that are not reported to have ended yet; the rest ends by itself. */
  const stops: WorkOrder[] = [];

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startPostgres(), startNats()]);
    bus = await connectBus({ url: nats.url, name: 'test' });
    await ensureTopology(bus);
    pool = createPool(postgres.url, { role: false });
    store = new PostgresEventStore(pool);
    instance = await start();
    await consume(bus, { ...consumers.work('host', ZONE), concurrency: 50 }, async ({ data }) => {
      const order = data as WorkOrder;
      await bus.publish(subjects.reports(order.campaign), started(order));
      if (order.action === 'STOP') stops.push(order);
      else await bus.publish(subjects.reports(order.campaign), finished(order));
    });
    const dead = {
      ...consumers.events('dead-conditions', subjects.dead(STREAMS.conditions)),
      stream: STREAMS.dead,
    };
    await consume(bus, dead, ({ data }) => {
      letters.push(data as DeadLetter);
      return 'ack';
    });
  });
  afterAll(async () => {
    if (instance.exitCode === null) instance.kill('SIGKILL');
    await bus.close(500);
    await pool.end();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  async function start(): Promise<ChildProcess> {
    const port = await freePort();
    const urls = { DATABASE_URL: postgres.url, NATS_URL: nats.url };
    const child = startServiceChild(join(__dirname, 'main.ts'), {
      PATH: process.env.PATH ?? '',
      PORT: `${port}`,
      LOG_LEVEL: 'fatal',
      ...urls,
    });
    await waitUntil(() => isReady(port), { timeoutMs: 60_000, what: 'the instance', intervalMs: 100 });
    return child;
  }

  const until = <T>(what: string, condition: () => Promise<T> | T) =>
    waitUntil(async () => condition(), { timeoutMs: 20_000, what, intervalMs: 20 });
  const typesOf = async (stream: string) => (await store.read(stream)).map(({ type }) => type);
  const has = async (id: string, type: string) => (await typesOf(streamOf.campaign(id))).includes(type);

  let said = 0;
  /** Publishes what another service says, and waits until it is stored. */
  async function say(
    type: string,
    data: { readonly name: string; readonly [more: string]: string },
    id = `event-${++said}`,
  ) {
    const event = { specversion: '1.0', id, source: '/erp/accounting', type, data };
    await bus.publish(subjects.conditionsPublished, event);
    return event;
  }
  const stored = (name: string, count: number) =>
    until(`word ${count} on ${name}`, async () => (await typesOf(streamOf.condition(name))).length >= count);

  /** Begins a campaign whose stops wait for a condition. */
  async function begin(id: string, condition: string): Promise<void> {
    const now = Date.now();
    const [from = '', to = ''] = [now - 60_000, now + 3_600_000].map((ms) => new Date(ms).toISOString());
    const change = aChange({ id, window: { start: from, end: to, timezone: 'Europe/Berlin' } });
    const envelope = { specversion: '1.0', id: `change-${id}`, source: 'test', type: CHANGE_APPROVED };
    await bus.publish(subjects.changesApproved, { ...envelope, data: change });
    await until('the campaign to begin', async () => (await typesOf(streamOf.campaign(id))).length > 0);
    await answerWithPlan(store, change, estate(1), {
      at: new Date().toISOString(),
      gates: [{ name: condition }],
    });
    await until('the campaign to run', () => has(id, 'WaveReleased'));
  }

  /** The stop that is under way ends well. */
  async function stopEnds(id: string): Promise<string> {
    const order = await until('a stop', () => stops.find(({ campaign }) => campaign === id));
    stops.splice(stops.indexOf(order), 1);
    await bus.publish(subjects.reports(id), finished(order));
    return order.job;
  }

  const recorded = async (id: string) =>
    (await store.read(streamOf.campaign(id)))
      .filter(({ type }) => type.startsWith('Condition'))
      .map(({ type, data, meta }) => ({
        type,
        by: data['by'],
        publication: data['publication'],
        actor: meta.actor,
      }));

  it('that were published before a campaign existed count for it, also when bus and service have begun anew', async () => {
    const word = await say(CONDITION_MET, { name: 'month-end-closed', by: 'o.brandt' });
    await stored('month-end-closed', 1);
    // The same event again, as a sender does who had no answer.
    await say(CONDITION_MET, word.data, word.id);
    await say(CONDITION_MET, { name: 'marker' });
    await stored('marker', 1);
    instance.kill('SIGKILL');
    await once(instance, 'exit');
    await bus.deleteStream(STREAMS.conditions);
    instance = await start();

    await begin('CHG-early', 'month-end-closed');
    for (const job of ['stop-web', 'stop-app', 'stop-db']) expect(await stopEnds('CHG-early')).toBe(job);
    await until('the end', () => has('CHG-early', 'CampaignClosed'));
    expect(await recorded('CHG-early')).toEqual([
      { type: 'ConditionMet', by: 'o.brandt', publication: 1, actor: 'o.brandt' },
    ]);
    expect(await typesOf(streamOf.condition('month-end-closed'))).toEqual(['ConditionReported']);
  });

  it('hold stops back until they are published for the campaign, and again when they are withdrawn', async () => {
    await begin('CHG-late', 'v1.quiet');
    await say(CONDITION_MET, { name: 'v1.quiet', campaign: 'CHG-other' });
    await stored('v1.quiet', 1);
    await say(CONDITION_MET, { name: 'v1.quiet', campaign: 'CHG-late' });
    await until('the first stop', () => has('CHG-late', 'JobDispatched'));
    await say(CONDITION_WITHDRAWN, { name: 'v1.quiet' });
    await until('the withdrawal', () => has('CHG-late', 'ConditionWithdrawn'));
    expect(await stopEnds('CHG-late')).toBe('stop-web');
    await until('the end of the stop', async () =>
      (await store.read(streamOf.campaign('CHG-late'))).some(
        ({ type, data }) => type === 'JobSucceeded' && data['job'] === 'stop-web',
      ),
    );

    // A successor knows it from the events: nothing further is stopped.
    instance.kill('SIGTERM');
    await once(instance, 'exit');
    instance = await start();
    const ask = {
      type: 'ControlCondition',
      data: { campaign: 'CHG-late', condition: 'v1.quiet', verb: 'publish' },
    };
    expect(stops).toEqual([]);
    const actor = { by: 'k.lindner', reason: 'called the night shift' };
    const answered = await bus.request(
      subjects.campaignCommands,
      { ...ask, data: { ...ask.data, actor } },
      { timeoutMs: 5_000 },
    );
    expect(answered).toMatchObject({ ok: true, campaign: 'CHG-late' });
    for (const job of ['stop-app', 'stop-db']) expect(await stopEnds('CHG-late')).toBe(job);
    await until('the end', () => has('CHG-late', 'CampaignClosed'));
    const told = (await store.read(streamOf.campaign('CHG-late'))).map(({ type, data }) =>
      type === 'JobDispatched' ? String(data['job']) : type,
    );
    const silence = told.slice(told.indexOf('ConditionWithdrawn'), told.lastIndexOf('ConditionMet'));
    expect(silence.filter((name) => name.startsWith('stop-'))).toEqual([]);
    expect(await recorded('CHG-late')).toEqual([
      { type: 'ConditionMet', by: '/erp/accounting', publication: 2, actor: '/erp/accounting' },
      { type: 'ConditionWithdrawn', by: '/erp/accounting', publication: 3, actor: '/erp/accounting' },
      { type: 'ConditionMet', by: 'k.lindner', publication: undefined, actor: 'k.lindner' },
    ]);
  });

  it('that cannot be understood go to the dead letters with every reason, and hold up nobody', async () => {
    await say('condition.maybe', { name: 'x' });
    await say(CONDITION_MET, { name: 'has spaces', until: 'tomorrow', mood: 'good' });
    await say(CONDITION_WITHDRAWN, { name: 'x', until: '2026-11-30T00:00:00Z' });
    await say(CONDITION_MET, { name: 'after-them' });
    await stored('after-them', 1);
    await until('the dead letters', () => letters.length === 3);

    expect(
      letters.map(({ reason }) =>
        reason
          .split('\n')
          .map((line) => line.split(' ')[0])
          .sort(),
      ),
    ).toEqual([['/type'], ['/data/mood', '/data/name', '/data/until'], ['/data/until']]);
    expect(letters[0]?.reason).toBe(
      '/type is "condition.maybe". Send type "condition.met" or "condition.withdrawn".',
    );
  });
});
