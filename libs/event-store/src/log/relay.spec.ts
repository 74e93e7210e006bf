import { TargetAhead } from '../errors';
import { MemoryEventStore } from '../memory-event-store';
import { appendTo, cause, sampleEvents } from '../testing/sample-events';
import { running, until } from '../testing/until';
import { MemoryRelayTarget } from './memory-relay-target';
import { Relay, type RelayOptions } from './relay';
import type { RelayRecord } from './relay-target';

describe('Relay', () => {
  let store: MemoryEventStore;
  let target: MemoryRelayTarget;
  let errors: unknown[];

  beforeEach(() => {
    store = new MemoryEventStore();
    target = new MemoryRelayTarget();
    errors = [];
  });

  const append = async (count: number, version = 0): Promise<void> => {
    await store.append([appendTo('campaign-CHG1', version, sampleEvents(count))], cause);
  };
  const relayTo = (to: MemoryRelayTarget, options: RelayOptions = {}): Relay =>
    new Relay(store, to, {
      retryMs: 1,
      busyPollMs: 1,
      idlePollMs: 2,
      checkMs: 3,
      onError: (e) => errors.push(e),
      ...options,
    });
  const expectAll = (count: number): void => {
    expect(target.records.map(({ position }) => position)).toEqual(
      Array.from({ length: count }, (_, i) => i + 1),
    );
    expect(new Set(target.records.map(({ eventId }) => eventId)).size).toBe(count);
  };

  it('publishes every event at the sequence that is its position, in batches', async () => {
    await append(10);
    const stop = running(relayTo(target, { batchSize: 3 }));
    await until(() => target.records.length === 10);
    await append(2, 10);
    await until(() => target.records.length === 12);
    await stop();
    expectAll(12);
    expect(errors).toEqual([]);
  });

  it('publishes an event as a CloudEvent on the subject of its stream', async () => {
    await append(1);
    const stop = running(relayTo(target));
    await until(() => target.records.length === 1);
    await stop();
    const [event] = await store.readAll(0);
    const [record] = target.records;
    expect(record?.subject).toBe('patchtide.events.campaign.campaign-CHG1.JobDispatched');
    expect(record?.eventId).toBe(event?.id);
    expect(JSON.parse(record?.body ?? '')).toEqual({
      specversion: '1.0',
      id: event?.id,
      source: 'patchtide',
      type: 'JobDispatched',
      subject: 'campaign-CHG1',
      time: '2026-11-29T21:00:00.000Z',
      datacontenttype: 'application/json',
      data: { index: 0 },
      patchtideposition: 1,
      patchtideversion: 1,
      patchtideschema: 1,
      patchtidecorrelation: 'CHG0031337',
      patchtidecausation: 'command-1',
      patchtideactor: 'm.weber',
      patchtidehash: event?.hash,
    });
  });

  it.each([0, 4])(
    'refills a carrier that lost everything after %i while nothing else happens',
    async (keep) => {
      await append(10);
      const stop = running(relayTo(target));
      await until(() => target.records.length === 10);
      target.truncate(keep);
      await until(() => target.records.length === 10);
      await stop();
      expectAll(10);
    },
  );

  it('refills a carrier that was wiped between two events, once its publish is refused', async () => {
    await append(5);
    const relay = relayTo(target, { checkMs: 600_000 });
    const stop = running(relay);
    await until(() => relay.position === 5);
    target.truncate();
    await append(1, 5);
    await until(() => target.records.length === 6);
    await stop();
    expectAll(6);
    expect(errors).toHaveLength(1);
  });

  it.each([
    ['before it stored anything', 0],
    ['after it stored a part', 2],
    ['after it stored everything, and only the answer was lost', 4],
  ])('publishes each event once when the carrier fails %s', async (_when, stored) => {
    const failing = new FailingOnce(stored);
    target = failing;
    await append(4);
    const stop = running(relayTo(failing));
    await until(() => failing.records.length === 4 && errors.length === 1);
    await append(2, 4);
    await until(() => failing.records.length === 6);
    await stop();
    expectAll(6);
  });

  it('stops loudly when the carrier holds more than the log', async () => {
    await append(2);
    const stop = running(relayTo(target));
    await until(() => target.records.length === 2);
    await stop();
    await target.publish([{ position: 3, subject: 'x', eventId: 'x', body: '{}', headers: {} }]);
    const relay = relayTo(target);
    await expect(relay.run(new AbortController().signal)).rejects.toEqual(new TargetAhead(3, 2));
    expect(target.records).toHaveLength(3);
  });

  it('publishes nothing while another instance leads, and goes on where that one ended', async () => {
    await append(3);
    let leading = false;
    const stop = running(relayTo(target, { leading: () => leading }));
    const other = running(relayTo(target));
    await until(() => target.records.length === 3);
    await other();
    leading = true;
    await append(3, 3);
    await until(() => target.records.length === 6);
    await stop();
    expectAll(6);
    expect(errors).toEqual([]);
  });

  it('publishes at once when poked, however long its pause', async () => {
    const relay = relayTo(target, { busyPollMs: 600_000, idlePollMs: 600_000 });
    const stop = running(relay);
    await append(1);
    relay.poke();
    await until(() => target.records.length === 1);
    await stop();
  });
});

/** Fails the first publish after having stored some of its records. */
class FailingOnce extends MemoryRelayTarget {
  private failed = false;

  constructor(private readonly stored: number) {
    super();
  }

  override async publish(records: readonly RelayRecord[]): Promise<void> {
    if (this.failed) return super.publish(records);
    this.failed = true;
    await super.publish(records.slice(0, this.stored));
    throw new Error('the carrier went away');
  }
}
