import { Sequencer } from '../log/sequencer';
import { createPool } from '../postgres/pool';
import type { BenchDatabase } from './bench-database';
import { measureWrites, rawWrite, storeWrite } from './writers';

export interface Effort {
  readonly seconds: number;
  readonly rounds: number;
}

export interface AppendResult {
  readonly writers: number;
  readonly eventsPerAppend: number;
  /** Events per second, medians of the rounds. */
  readonly raw: number;
  readonly store: number;
  /** The store with a sequencer numbering at the same time. */
  readonly live: number;
}

export const APPEND_CASES = [1, 10, 100].flatMap((eventsPerAppend) =>
  [1, 8, 32].map((writers) => ({ writers, eventsPerAppend })),
);

/** One case: raw and store take turns, so that a slow moment of the machine hits both. */
export async function benchAppend(
  database: BenchDatabase,
  load: (typeof APPEND_CASES)[number],
  { seconds, rounds }: Effort,
): Promise<AppendResult> {
  const { url } = database;
  const [raw, store, live]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    await database.calm();
    raw?.push(await measureWrites({ ...load, url, seconds, writeTo: rawWrite }));
    await database.calm();
    store?.push(await measureWrites({ ...load, url, seconds, writeTo: storeWrite }));
    await database.calm();
    live?.push(
      await whileNumbering(url, () => measureWrites({ ...load, url, seconds, writeTo: storeWrite })),
    );
  }
  return { ...load, raw: median(raw), store: median(store), live: median(live) };
}

async function whileNumbering<T>(url: string, work: () => Promise<T>): Promise<T> {
  const pool = createPool(url, { max: 1 });
  const stop = new AbortController();
  const numbering = new Sequencer(pool).run(stop.signal);
  const result = await work();
  stop.abort();
  await numbering;
  await pool.end();
  return result;
}

export function median(values: readonly number[] = []): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
