import { randomUUID } from 'node:crypto';
import { Sequencer } from '../log/sequencer';
import { createPool, type Pool } from '../postgres/pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { type Effort, median } from './append-bench';
import type { BenchDatabase } from './bench-database';
import { benchEvents } from './sample';
import { rawWrite, storeWrite } from './writers';

const PAGE = 1_000;
const STREAM_EVENTS = 50_000;

/** Events per second; `raw` is the same reading of the raw table, where there is one. */
export interface ReadResult {
  readonly what: string;
  readonly raw?: number;
  readonly store: number;
}

/** Fills one long stream in both tables, then drains, reads and verifies it. */
export async function benchRead(database: BenchDatabase, { rounds }: Effort): Promise<ReadResult[]> {
  const pool = createPool(database.url, { max: 4 });
  const store = new PostgresEventStore(pool);
  const stream = `bench-${randomUUID()}`;
  await drain(pool, store);
  const start = await store.headPosition();
  await fill(pool, stream);
  const drained = await drain(pool, store);
  await database.owner.query('analyze');
  const times = async (work: () => Promise<unknown>): Promise<number> => {
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) rates.push(STREAM_EVENTS / (await secondsOf(work)));
    return median(rates);
  };
  const results = [
    { what: 'number (sequencer)', store: STREAM_EVENTS / drained },
    {
      what: 'read one stream',
      raw: await times(() => rawStream(pool, stream)),
      store: await times(() => store.read(stream)),
    },
    {
      what: 'read the global log',
      raw: await times(() => rawAll(pool, stream)),
      store: await times(() => readLog(store, start)),
    },
    { what: 'verify one stream', store: await times(() => store.verify(stream)) },
  ];
  await pool.end();
  return results;
}

async function fill(pool: Pool, stream: string): Promise<void> {
  const writes = [rawWrite(pool), storeWrite(pool)];
  for (let version = 0; version < STREAM_EVENTS; version += 500) {
    for (const write of writes) await write(stream, version, benchEvents(500, version));
  }
}

/** Numbers everything waiting; seconds it took. */
async function drain(pool: Pool, store: PostgresEventStore): Promise<number> {
  const { rows } = await pool.query<{ n: number }>('select count(*)::int as n from es.outbox');
  const goal = (await store.headPosition()) + (rows[0]?.n ?? 0);
  if (goal === (await store.headPosition())) return 0;
  const stop = new AbortController();
  const begin = performance.now();
  await new Sequencer(pool, {
    onNumbered: (head) => {
      if (head >= goal) stop.abort();
    },
  }).run(stop.signal);
  return (performance.now() - begin) / 1_000;
}

async function readLog(store: PostgresEventStore, start: number): Promise<void> {
  for (let after = start, full = true; full;) {
    const events = await store.readAll(after, PAGE);
    full = events.length === PAGE;
    after = events.at(-1)?.position ?? after;
  }
}

async function rawStream(pool: Pool, stream: string): Promise<void> {
  const text = `select version as at, event_id, type, schema_version, body, meta from raw_event
    where version > $1 and stream_id = $2 order by version limit ${PAGE}`;
  await rawPages(pool, { name: 'raw-stream', text }, 0, [stream]);
}

async function rawAll(pool: Pool, stream: string): Promise<void> {
  const first = 'select min(local_id) as at from raw_event where stream_id = $1';
  const { rows } = await pool.query<{ at: string }>(first, [stream]);
  const text = `select local_id as at, stream_id, version, event_id, type, schema_version, body, meta
    from raw_event where local_id > $1 order by local_id limit ${PAGE}`;
  await rawPages(pool, { name: 'raw-all', text }, Number(rows[0]?.at) - 1);
}

interface RawRow {
  readonly at: string;
  readonly body: string;
  readonly meta: string;
}

/** A reader of plain rows needs the JSON as much as a reader of the store. */
function parsed({ body, meta }: RawRow): [unknown, unknown] {
  return [JSON.parse(body), JSON.parse(meta)];
}

/** Reads on from the last `at` until a page is not full. */
async function rawPages(
  pool: Pool,
  query: { name: string; text: string },
  start: number,
  values: string[] = [],
): Promise<void> {
  let after = start;
  for (let full = true; full;) {
    const { rows } = await pool.query<RawRow>({ ...query, values: [after, ...values] });
    rows.forEach(parsed);
    full = rows.length === PAGE;
    after = Number(rows.at(-1)?.at ?? after);
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1_000;
}
