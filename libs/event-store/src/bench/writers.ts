import { randomUUID } from 'node:crypto';
import type { NewEvent } from '../event';
import { createPool, type Pool } from '../postgres/pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { benchEvents, cause } from './sample';

/** Appends events after a version of a stream. */
export type Write = (stream: string, version: number, events: readonly NewEvent[]) => Promise<unknown>;

/** Plain prepared INSERTs of the same rows: one row with scalars, several by unnest, which is the fastest plain way. */
export function rawWrite(pool: Pool): Write {
  const columns = 'insert into raw_event (stream_id, version, event_id, type, schema_version, body, meta)';
  return (stream, version, events) => {
    const meta = JSON.stringify(cause);
    const [event] = events;
    if (event !== undefined && events.length === 1) {
      const values = [
        stream,
        version + 1,
        event.id,
        event.type,
        event.schemaVersion,
        JSON.stringify(event.data),
        meta,
      ];
      return pool.query({ name: 'raw-one', text: `${columns} values ($1, $2, $3, $4, $5, $6, $7)`, values });
    }
    const text = `${columns} select $1, $2 + n, id, type, schema, body, $7
      from unnest($3::uuid[], $4::text[], $5::integer[], $6::text[]) with ordinality as e(id, type, schema, body, n)`;
    const values = [
      stream,
      version,
      events.map(({ id }) => id),
      events.map(({ type }) => type),
      events.map(({ schemaVersion }) => schemaVersion),
      events.map(({ data }) => JSON.stringify(data)),
      meta,
    ];
    return pool.query({ name: 'raw-many', text, values });
  };
}

export function storeWrite(pool: Pool): Write {
  const store = new PostgresEventStore(pool);
  return (stream, version, events) => store.append([{ stream, expectedVersion: version, events }], cause);
}

export interface Load {
  readonly url: string;
  readonly writers: number;
  readonly eventsPerAppend: number;
  readonly seconds: number;
  readonly writeTo: (pool: Pool) => Write;
}

/** Events per second of writers that each own a stream, after one append each to warm up. */
export async function measureWrites({
  url,
  writers,
  eventsPerAppend,
  seconds,
  writeTo,
}: Load): Promise<number> {
  const pool = createPool(url, { max: writers });
  const write = writeTo(pool);
  const owned = Array.from({ length: writers }, () => ({ stream: `bench-${randomUUID()}`, version: 0 }));
  const append = async (writer: (typeof owned)[number]): Promise<void> => {
    await write(writer.stream, writer.version, benchEvents(eventsPerAppend, writer.version));
    writer.version += eventsPerAppend;
  };
  await Promise.all(owned.map(append));
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  await Promise.all(
    owned.map(async (writer) => {
      while (performance.now() < end) await append(writer);
    }),
  );
  const elapsed = (performance.now() - begin) / 1_000;
  await pool.end();
  const written = owned.reduce((sum, { version }) => sum + version - eventsPerAppend, 0);
  return written / elapsed;
}
