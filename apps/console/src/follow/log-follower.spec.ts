import { randomUUID } from 'node:crypto';
import { waitUntil } from '@patchtide/embedded';
import { MemoryEventStore } from '@patchtide/event-store';
import { LogFollower } from './log-follower';

class MoodyStore extends MemoryEventStore {
  mood: Error | null = null;

  override async readAll(after: number, limit?: number) {
    if (this.mood) throw this.mood;
    return super.readAll(after, limit);
  }
}

describe('the follower of the log', () => {
  const open = () => {
    const store = new MoodyStore();
    const seen: number[] = [];
    const errors: string[] = [];
    const apply = async ({ position }: { position: number }): Promise<void> => void seen.push(position);
    const onError = (error: unknown): void => void errors.push((error as Error).message);
    const follower = new LogFollower(store, apply, { pollMs: 1, onError });
    const stop = new AbortController();
    const running = follower.run(stop.signal);
    let count = 0;
    const happen = async (): Promise<void> => {
      const event = { id: randomUUID(), type: 'Any', schemaVersion: 1, data: {} };
      const cause = { correlation: 'CHG1', actor: 'test', recordedAt: '2026-11-29T22:00:00Z' };
      await store.append([{ stream: 'campaign-CHG1', expectedVersion: count, events: [event] }], cause);
      count += 1;
    };
    const end = async (): Promise<void> => {
      stop.abort();
      await running;
    };
    return { store, follower, seen, errors, happen, end };
  };
  const until = (what: string, condition: () => unknown) =>
    waitUntil(condition, { timeoutMs: 5_000, what, intervalMs: 2 });

  it('sees every event once, in order, those before its start and those after', async () => {
    const { follower, seen, happen, end } = open();
    expect(follower.isCaughtUp).toBe(false);
    await happen();
    await until('the first', () => seen.length === 1);
    expect(follower.isCaughtUp).toBe(true);
    await happen();
    await happen();
    await until('the others', () => seen.length === 3);
    await end();
    expect([seen, follower.position]).toEqual([[1, 2, 3], 3]);
  });

  it('goes on where it was when the database was away, and does not flood the log meanwhile', async () => {
    const { store, seen, errors, happen, end } = open();
    await happen();
    await until('the first', () => seen.length === 1);
    store.mood = new Error('the database system is shutting down');
    await until('some errors', () => errors.length >= 3);
    const [told, since] = [errors.length, performance.now()];
    await happen();
    await until('a pause', () => performance.now() - since > 200);
    expect(errors.length - told).toBeLessThan(10);
    store.mood = null;
    await until('the second', () => seen.length === 2);
    await end();
    expect(seen).toEqual([1, 2]);
  });

  it('wakes whoever waits for more, at once, in time, or when they leave', async () => {
    const { follower, happen, end } = open();
    await happen();
    await until('the first', () => follower.position === 1);
    const { signal } = new AbortController();
    await follower.after(0, 60_000, signal);
    const waiting = follower.after(1, 60_000, signal);
    await happen();
    await waiting;
    await follower.after(2, 10, signal);
    const leaving = new AbortController();
    const left = follower.after(2, 60_000, leaving.signal);
    leaving.abort();
    await left;
    await end();
  });
});
