import { MemoryEventStore } from '@patchtide/event-store';
import { attemptEventId } from './attempt-event-id';
import { type Entry, SuppressionLog } from './suppression-log';

const now = () => new Date('2026-11-29T22:00:00Z');
const open = (store: MemoryEventStore) => new SuppressionLog(store, 'C1', { actor: 'test', now });

function lifted(subject: string): Entry {
  const data = { kind: 'mute', subject, at: now().toISOString() } as const;
  return {
    id: attemptEventId('C1/unmute-srv/1', 'SuppressionLifted', subject),
    event: { type: 'SuppressionLifted', data },
  };
}

const types = async (store: MemoryEventStore) =>
  (await store.read('suppression-C1')).map(({ data }) => data['subject']);

describe('the log of a campaign', () => {
  it('appends what waits together in one append', async () => {
    const store = new MemoryEventStore();
    const append = jest.spyOn(store, 'append');
    const log = open(store);

    await Promise.all(Array.from({ length: 50 }, (_, n) => log.record(() => [lifted(`mon-${n}`)])));

    expect((await types(store)).length).toBe(50);
    expect(append.mock.calls.length).toBeLessThanOrEqual(2);
    expect(log.state.version).toBe(50);
  });

  it('records an event once, however often and by whomever it is recorded', async () => {
    const store = new MemoryEventStore();
    const [one, two] = [open(store), open(store)];

    await Promise.all([one, two, one].map((log) => log.record(() => [lifted('mon-1')])));
    await two.record(() => [lifted('mon-1')]);

    expect(await types(store)).toEqual(['mon-1']);
  });

  it('lets two instances write without losing anything', async () => {
    const store = new MemoryEventStore();
    const logs = [open(store), open(store), open(store)];

    const all = logs.flatMap((log, i) =>
      Array.from({ length: 20 }, (_, n) => log.record(() => [lifted(`mon-${i * 20 + n}`)])),
    );
    await Promise.all(all);

    expect(new Set(await types(store)).size).toBe(60);
    expect((await logs[0]?.refresh())?.version).toBe(60);
  });

  it('rejects what the contract does not allow, and goes on', async () => {
    const store = new MemoryEventStore();
    const log = open(store);

    await expect(log.record(() => [lifted('not an id')])).rejects.toThrow(/is not a valid event/);
    await log.record(() => [lifted('mon-1')]);

    expect(await types(store)).toEqual(['mon-1']);
  });

  it('tells everybody who waits when the store fails, and can be tried again', async () => {
    const store = new MemoryEventStore();
    jest.spyOn(store, 'append').mockRejectedValueOnce(new Error('database is down'));
    const log = open(store);

    await expect(log.record(() => [lifted('mon-1')])).rejects.toThrow('database is down');
    await log.record(() => [lifted('mon-1')]);

    expect(await types(store)).toEqual(['mon-1']);
  });
});

describe('the id of an event of an attempt', () => {
  it('is a UUID that is the same for the same attempt, type and subject only', () => {
    const ids = [
      attemptEventId('C1/mute-a/1', 'T', 'mute m'),
      attemptEventId('C1/mute-a/2', 'T', 'mute m'),
      attemptEventId('C1/mute-a/1', 'U', 'mute m'),
      attemptEventId('C1/mute-a/1', 'T', 'mute n'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(attemptEventId('C1/mute-a/1', 'T', 'mute m')).toBe(ids[0]);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
