import { waitUntil } from '@patchtide/embedded';
import type { Bus, BusNotice, OnNotice } from './bus';
import { consume, type ConsumeOptions, type Consumption, type Handler, type Message } from './consume';
import type { DeadLetter } from './dead-letter';
import { NoResponders, Poison, RequestTimeout, WrongLastSequence } from './errors';
import { relayTarget } from './relay-target';
import { consumers, ensureTopology, STREAMS } from './topology';

/** A server, real or not, and what can be done to it. */
export interface BusHarness {
  connect(onNotice?: OnNotice): Promise<Bus>;
  /** Ends a connection as a killed process does: nothing acked, nothing given back. */
  vanish(bus: Bus): Promise<void>;
  restart(): Promise<void>;
  wipe(): Promise<void>;
  stop(): Promise<void>;
}

const zone: ConsumeOptions = { ...consumers.work('host', 'dc1'), ackWaitMs: 500, nakDelayMs: () => 20 };
const SUBJECT = zone.filterSubject;

/** What every bus promises. */
export function busContract(name: string, make: () => Promise<BusHarness>): void {
  describe(`${name} as a bus`, () => {
    let harness: BusHarness;
    let bus: Bus;
    const notices: BusNotice[] = [];
    const others: Bus[] = [];

    beforeAll(async () => {
      harness = await make();
      bus = await harness.connect((notice) => notices.push(notice));
    });
    beforeEach(async () => {
      notices.splice(0);
      for (const stream of Object.values(STREAMS)) await bus.deleteStream(stream);
      await ensureTopology(bus);
    });
    afterEach(async () => {
      for (const other of others.splice(0)) await other.close(200);
    });
    afterAll(async () => {
      await bus.close(200);
      await harness.stop();
    });

    const anotherBus = async (): Promise<Bus> => {
      const other = await harness.connect((notice) => notices.push(notice));
      others.push(other);
      await ensureTopology(other);
      return other;
    };
    /** Consumes on a connection of its own, so that the test's end ends it. */
    const consuming = async (handler: Handler, options: Partial<ConsumeOptions> = {}) =>
      consume(await anotherBus(), { ...zone, ...options }, handler);
    const publish = async (...bodies: unknown[]) => {
      for (const body of bodies) await bus.publish(SUBJECT, JSON.stringify(body));
    };
    const until = (what: string, condition: () => unknown) =>
      waitUntil(condition, { timeoutMs: 15_000, what, intervalMs: 5 });
    const workLeft = async () => (await bus.streamState(STREAMS.work))?.messages;
    const deadLetters = async (): Promise<DeadLetter[]> => {
      const letters: DeadLetter[] = [];
      const spec = {
        ...consumers.events('letters', 'patchtide.dead.>'),
        stream: STREAMS.dead,
        maxAckPending: 500,
      };
      const state = await bus.streamState(STREAMS.dead);
      const reading = await consuming(({ data }) => void letters.push(data as DeadLetter), spec);
      await until('the dead letters', () => letters.length === state?.messages);
      await reading.drain();
      return letters;
    };

    it('hands a message to its consumer, parsed and as it was sent, and forgets acked work', async () => {
      const seen: Message[] = [];
      await consuming((message) => void seen.push(message));
      await bus.publish(SUBJECT, '{"b":1.0}', { msgId: 'm-1', headers: { 'Patchtide-Actor': 'k.lindner' } });
      await until('the message', () => seen.length === 1);
      expect(seen[0]).toMatchObject({
        subject: SUBJECT,
        data: { b: 1 },
        raw: '{"b":1.0}',
        deliveries: 1,
        sequence: 1,
      });
      expect(seen[0]?.headers).toEqual({ 'Nats-Msg-Id': 'm-1', 'Patchtide-Actor': 'k.lindner' });
      await until('the ack', async () => (await workLeft()) === 0);
    });

    it('confirms a repeated message id without storing it again', async () => {
      const first = await bus.publish(SUBJECT, 1, { msgId: 'same' });
      const second = await bus.publish(SUBJECT, 1, { msgId: 'same' });
      expect([first.duplicate, second.duplicate]).toEqual([false, true]);
      expect(second.sequence).toBe(first.sequence);
    });

    it('refuses a message whose expected last sequence is not the end of the stream', async () => {
      await publish('one');
      const refused = bus.publish(SUBJECT, 'x', { expectLastSequence: 5 });
      await expect(refused).rejects.toThrow(WrongLastSequence);
      await expect(refused).rejects.toMatchObject({ expected: 5, actual: 1 });
    });

    it('says that nobody stores a subject that belongs to no stream', async () => {
      await expect(bus.publish('elsewhere.x', {}, {}, 300)).rejects.toThrow(NoResponders);
    });

    it('does not ack a message whose handler throws, and tries again after growing waits', async () => {
      const at: number[] = [];
      const failing: Handler = ({ deliveries }) => {
        at.push(Date.now());
        if (deliveries < 4) throw new Error('database down');
      };
      await consuming(failing, { nakDelayMs: (deliveries) => 40 * 2 ** deliveries });
      await publish({});
      await until('the fourth delivery', () => at.length === 4);
      const waits = at.slice(1).map((time, index) => time - (at[index] ?? 0));
      expect(waits.map((wait, index) => wait >= 40 * 2 ** (index + 1) - 5)).toEqual([true, true, true]);
      await until('the ack', async () => (await workLeft()) === 0);
      expect(notices.filter(({ code }) => code === 'handler-failed')).toHaveLength(3);
    });

    it('puts poison aside with its reason and goes on with the messages behind it', async () => {
      const done: unknown[] = [];
      await consuming(({ data }) => {
        if (data === 'poison') throw new Poison('no such action');
        done.push(data);
      });
      await bus.publish(SUBJECT, '"poison"');
      await bus.publish(SUBJECT, 'not json {');
      await bus.publish(SUBJECT, '"fine"');
      await until('the message behind', () => done.length === 1);
      await until('an empty queue', async () => (await workLeft()) === 0);
      const letters = await deadLetters();
      expect(letters.map(({ body, deliveries }) => [body, deliveries])).toEqual([
        ['"poison"', 1],
        ['not json {', 1],
      ]);
      expect(letters[0]).toMatchObject({ reason: 'no such action', subject: SUBJECT, stream: STREAMS.work });
      expect(letters[1]?.reason).toMatch(/not JSON/);
    });

    it('puts a message aside when its deliveries are exhausted, also when no handler ever came to an end', async () => {
      await consuming(
        () => {
          throw new Error('host key changed');
        },
        { maxDeliver: 3 },
      );
      await publish('a');
      await until('an empty queue', async () => (await workLeft()) === 0);
      const [letter] = await deadLetters();
      expect(letter).toMatchObject({
        reason: 'given up after 3 deliveries: host key changed',
        deliveries: 3,
      });
    });

    it('follows the verdict that a handler returns', async () => {
      const seen: number[] = [];
      await consuming(({ data, deliveries }) => {
        seen.push(deliveries);
        if (data === 'later') return deliveries === 1 ? { nak: 30 } : 'ack';
        return { dead: 'unknown zone' };
      });
      await bus.publish(SUBJECT, '"later"');
      await until('the second delivery', () => seen.length === 2);
      await bus.publish(SUBJECT, '"never"');
      await until('an empty queue', async () => (await workLeft()) === 0);
      expect((await deadLetters()).map(({ reason }) => reason)).toEqual(['unknown zone']);
    });

    it('keeps a message alive while its handler works longer than the ack wait', async () => {
      let deliveries = 0;
      let finish = (): void => undefined;
      const working = new Promise<void>((resolve) => (finish = resolve));
      await consuming(async () => {
        deliveries += 1;
        setTimeout(finish, 1_500);
        await working;
      });
      await consuming(() => void (deliveries += 100));
      await publish({});
      await until('the ack', async () => (await workLeft()) === 0);
      expect([1, 100]).toContain(deliveries);
    });

    it('gives no consumer more than it has hands for, and leaves the rest to others', async () => {
      const taken: string[] = [];
      const never = new Promise<void>(() => undefined);
      await consuming(async () => (taken.push('slow'), await never), { concurrency: 2 });
      await publish(1, 2, 3, 4, 5);
      await until('two messages', () => taken.length === 2);
      await consuming(() => void taken.push('free'));
      await until('the rest', () => taken.length === 5);
      expect(taken.filter((who) => who === 'free')).toHaveLength(3);
    });

    it('has all its hands at work while there is work, also after it was idle', async () => {
      let running = 0;
      const never = new Promise<void>(() => undefined);
      const handler: Handler = ({ data }) => {
        if (data === 'quick') return;
        running += 1;
        return never;
      };
      const consumption = await consuming(handler, { concurrency: 4 });
      await publish('quick');
      await until('the quick one', () => consumption.stats().acked === 1);
      await publish(1, 2, 3, 4, 5);
      await until('four at work', () => running === 4);
      expect(consumption.stats().held).toBe(4);
    });

    it('delivers the message of a vanished consumer to its twin', async () => {
      const doomed = await harness.connect();
      let isTaken = false;
      await consume(doomed, zone, () => ((isTaken = true), new Promise<void>(() => undefined)));
      await publish({ job: 'patch-srv-1' });
      await until('the first delivery', () => isTaken);
      await harness.vanish(doomed);
      const seen: Message[] = [];
      await consuming((message) => void seen.push(message));
      await until('the redelivery', () => seen.length === 1);
      expect(seen[0]).toMatchObject({ data: { job: 'patch-srv-1' }, deliveries: 2 });
    });

    it('drains: finishes what is at work, gives back what is not, takes nothing more', async () => {
      const started: unknown[] = [];
      let finish = (): void => undefined;
      const first = new Promise<void>((resolve) => (finish = resolve));
      const consumption = await consuming(async ({ data }) => (started.push(data), await first), {
        prefetch: 5,
      });
      await publish(1, 2, 3);
      await until('everything held', () => consumption.stats().held === 3);
      const draining = consumption.drain(5_000);
      finish();
      await draining;
      expect(started).toEqual([1]);
      expect(consumption.stats()).toEqual({ held: 0, acked: 1, naked: 2, dead: 0 });
      await publish(4);
      const rest: unknown[] = [];
      await consuming(({ data }) => void rest.push(data));
      await until('the rest elsewhere', () => rest.length === 3);
      expect(rest.sort()).toEqual([2, 3, 4]);
    });

    it('gives back at the end of a drain what a handler cannot finish, and tells the handler', async () => {
      const reasons: unknown[] = [];
      const consumption = await consuming(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener(
              'abort',
              () => (reasons.push(signal.reason), reject(new Error('left behind'))),
            );
          }),
        { ackWaitMs: 60_000 },
      );
      await publish('long');
      await until('the message', () => consumption.stats().held === 1);
      await consumption.drain(50);
      expect(reasons).toHaveLength(1);
      const seen: Message[] = [];
      await consuming((message) => void seen.push(message), { ackWaitMs: 60_000 });
      await until('the message elsewhere', () => seen.length === 1);
    });

    it('goes on after a restart of the server', async () => {
      const seen: unknown[] = [];
      await consuming(({ data }) => void seen.push(data));
      await publish('before');
      await until('the first', () => seen.length === 1);
      await harness.restart();
      await bus.publish(SUBJECT, '"after"', { msgId: 'after' }, 15_000);
      await until('the second', () => seen.length === 2);
      expect(seen).toEqual(['before', 'after']);
    });

    it('makes streams and consumers again after a wipe of the server and goes on', async () => {
      const seen: unknown[] = [];
      await consuming(({ data }) => void seen.push(data), { concurrency: 4 });
      await publish('before');
      await until('the first', () => seen.length === 1);
      const before = await bus.streamState(STREAMS.work);
      await harness.wipe();
      await bus.publish(SUBJECT, '"after"', { msgId: 'after' }, 15_000);
      await until('the second', () => seen.length === 2);
      expect((await bus.streamState(STREAMS.work))?.createdAt).not.toBe(before?.createdAt);
      expect(notices.map(({ code }) => code)).toContain('stream-created');
    });

    it('does not let a late ack settle another message after a wipe', async () => {
      let finishOld = (): void => undefined;
      const old = new Promise<void>((resolve) => (finishOld = resolve));
      const seen: unknown[] = [];
      const never = new Promise<void>(() => undefined);
      const handler: Handler = async ({ data }) => {
        seen.push(data);
        await (data === 'old' ? old : never);
      };
      await consuming(handler, { concurrency: 2 });
      await publish('old');
      await until('the old message', () => seen.length === 1);
      await harness.wipe();
      await bus.publish(SUBJECT, '"new"', { msgId: 'new' }, 15_000);
      await until('the new message', () => seen.length === 2);
      finishOld();
      // The old message's number is the new one's too; a round trip later its ack would have had its effect.
      await bus.ping(1_000);
      await bus.ping(1_000);
      expect(await workLeft()).toBe(1);
    });

    it('makes a deleted consumer again', async () => {
      const seen: unknown[] = [];
      await consuming(({ data }) => void seen.push(data));
      expect(await bus.deleteConsumer(zone.stream, zone.durable)).toBe(true);
      await publish('after');
      await until('the message', () => seen.includes('after'));
      expect(await bus.deleteConsumer(zone.stream, 'nobody')).toBe(false);
    });

    it('lets every campaign have a consumer of its own, in order', async () => {
      const seen: Record<string, unknown[]> = { A: [], B: [] };
      const bodies = Array.from({ length: 20 }, (_, index) => index);
      const readers: Consumption[] = [];
      for (const campaign of ['A', 'B']) {
        const reader = await consuming(({ data }) => void seen[campaign]?.push(data), {
          ...consumers.reports(campaign),
          prefetch: 8,
        });
        readers.push(reader);
      }
      for (const body of bodies) await bus.publish(`patchtide.reports.${body % 2 === 0 ? 'A' : 'B'}`, body);
      await until('all reports', () => seen['A']?.length === 10 && seen['B']?.length === 10);
      expect(seen['A']).toEqual(bodies.filter((body) => body % 2 === 0));
      for (const reader of readers) await reader.drain();
      expect(await bus.deleteConsumer(STREAMS.reports, 'reports-A')).toBe(true);
      expect(await bus.deleteConsumer(STREAMS.reports, 'reports-A')).toBe(false);
    });

    it('begins a new consumer where it is told to', async () => {
      const events = 'patchtide.events.campaign.c1.Changed';
      for (const body of [1, 2, 3]) await bus.publish(events, body);
      const seen: Record<string, unknown[]> = { all: [], from: [], fresh: [] };
      const starts = { all: 'all', from: { fromSequence: 3 }, fresh: 'new' } as const;
      for (const [key, deliver] of Object.entries(starts)) {
        const spec = consumers.events(`reader-${key}`, 'patchtide.events.campaign.*.Changed', { deliver });
        await consuming(({ data }) => void seen[key]?.push(data), spec);
      }
      await bus.publish(events, 4);
      await until('the newest everywhere', () => Object.values(seen).every((list) => list.includes(4)));
      expect(seen).toEqual({ all: [1, 2, 3, 4], from: [3, 4], fresh: [4] });
    });

    it('relays records to exactly their positions, refuses gaps and takes a repetition as done', async () => {
      const target = relayTarget(bus);
      const records = Array.from({ length: 600 }, (_, index) => ({
        position: index + 1,
        subject: `patchtide.events.campaign.c1.Changed`,
        eventId: `event-${index + 1}`,
        body: `{"n":${index + 1}}`,
      }));
      expect(await target.lastSequence()).toBe(0);
      await target.publish(records.slice(0, 500));
      expect(await target.lastSequence()).toBe(500);
      await expect(target.publish(records.slice(550))).rejects.toThrow(/position 551 was not stored/);
      await target.publish(records.slice(490, 510));
      await target.publish(records.slice(510));
      expect(await target.lastSequence()).toBe(600);
      await target.recreate();
      expect(await target.lastSequence()).toBe(0);
    });

    it('answers commands, as one of several instances', async () => {
      const other = await anotherBus();
      const asked: string[] = [];
      const serving = await Promise.all(
        [bus, other].map((one, index) =>
          one.serve(
            'patchtide.commands.test',
            ({ data }) => (asked.push(`${index}`), { ok: true, echo: data }),
          ),
        ),
      );
      const reply = await other.request('patchtide.commands.test', { verb: 'pause' }, { timeoutMs: 2_000 });
      expect(reply).toEqual({ ok: true, echo: { verb: 'pause' } });
      expect(asked).toHaveLength(1);
      for (const one of serving) await one.stop();
    });

    it('answers a rule that says no and a failure with a problem, and does not show internals', async () => {
      const rejected = Object.assign(new Error('The window is over.'), {
        name: 'Rejected',
        code: 'outside-window',
      });
      const serving = await bus.serve('patchtide.commands.test', ({ data }) => {
        throw data === 'rule' ? rejected : new Error('password=hunter2');
      });
      const ask = (body: string) => bus.request('patchtide.commands.test', body, { timeoutMs: 2_000 });
      expect(await ask('"rule"')).toMatchObject({
        ok: false,
        problem: { status: 409, code: 'outside-window' },
      });
      const failed = await ask('"bug"');
      expect(failed).toMatchObject({ ok: false, problem: { status: 500 } });
      expect(JSON.stringify(failed)).not.toContain('hunter2');
      expect(await ask('no json')).toMatchObject({ ok: false, problem: { status: 400 } });
      await serving.stop();
    });

    it('lets only the instance answer to which a command belongs', async () => {
      const other = await anotherBus();
      const first = await bus.serve('patchtide.commands.test', () => undefined, { queue: false });
      const second = await other.serve('patchtide.commands.test', () => ({ by: 'holder' }), { queue: false });
      const reply = await bus.request('patchtide.commands.test', {}, { timeoutMs: 2_000 });
      expect(reply).toEqual({ by: 'holder' });
      await first.stop();
      await second.stop();
    });

    it('tells a command that nobody hears from one that nobody answers in time', async () => {
      await expect(bus.request('patchtide.commands.none', {}, { timeoutMs: 2_000 })).rejects.toThrow(
        NoResponders,
      );
      const serving = await bus.serve('patchtide.commands.test', () => new Promise(() => undefined));
      await expect(bus.request('patchtide.commands.test', {}, { timeoutMs: 50 })).rejects.toThrow(
        RequestTimeout,
      );
      const asking = bus.request(
        'patchtide.commands.test',
        {},
        { timeoutMs: 5_000, signal: AbortSignal.timeout(20) },
      );
      await expect(asking).rejects.toThrow(/timeout|abort/i);
      void serving;
    });
  });
}
