import { randomUUID } from 'node:crypto';
import { Sequencer } from '../log/sequencer';
import { createPool, type Pool } from '../postgres/pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import type { BenchDatabase } from './bench-database';
import { benchEvents, cause } from './sample';

const APPENDS = 300;

/** Milliseconds from the answer of an append to its number. */
export interface LatencyResult {
  readonly what: 'polling' | 'poked';
  readonly p50: number;
  readonly p99: number;
}

/** Appends one event at a time, at irregular moments, while a sequencer runs. */
export async function benchLatency(database: BenchDatabase): Promise<LatencyResult[]> {
  const pool = createPool(database.url, { max: 3 });
  const results: LatencyResult[] = [];
  for (const what of ['polling', 'poked'] as const) {
    const waits = (await numberedAfter(pool, what === 'poked')).sort((a, b) => a - b);
    const at = (share: number): number => waits[Math.floor((waits.length - 1) * share)] ?? 0;
    results.push({ what, p50: at(0.5), p99: at(0.99) });
  }
  await pool.end();
  return results;
}

async function numberedAfter(pool: Pool, poke: boolean): Promise<number[]> {
  const store = new PostgresEventStore(pool);
  const stop = new AbortController();
  let numbered: (head: number) => void = () => undefined;
  const sequencer = new Sequencer(pool, { onNumbered: (head) => numbered(head) });
  const running = sequencer.run(stop.signal);
  const stream = `bench-${randomUUID()}`;
  const waits: number[] = [];
  for (let version = 0; version < APPENDS; version += 1) {
    const reached = new Promise<number>((resolve) => {
      numbered = () => resolve(performance.now());
    });
    await store.append([{ stream, expectedVersion: version, events: benchEvents(1, version) }], cause);
    const committed = performance.now();
    if (poke) sequencer.poke();
    waits.push(Math.max(0, (await reached) - committed));
    // Not in step with the polls, or every wait would be the same.
    await new Promise((resolve) => setTimeout(resolve, (version * 7) % 23));
  }
  stop.abort();
  await running;
  return waits;
}
