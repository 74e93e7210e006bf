import { checkAppend } from '../append-rules';
import { checkDocument, digestOf } from '../document';
import { InvalidDocument } from '../errors';
import type { Appended, Cause, LoggedEvent, StoredDocument, StoredEvent, StreamAppend } from '../event';
import type { EventStore } from '../event-store';
import { pageSize } from '../page-size';
import type { StoreCheck, StreamCheck } from '../verification/check';
import { appendCall } from './append-call';
import {
  asText,
  EVENT_COLUMNS,
  type EventRow,
  eventDecoder,
  type LoggedRow,
  loggedEvents,
} from './event-row';
import { appendError } from './pg-errors';
import type { Pool } from './pool';
import { verifyStore, verifyStream } from './verify';

const READ_PAGE = 1_000;

const READ_STREAM = {
  name: 'es-read',
  text: `select ${EVENT_COLUMNS} from es.event e where e.stream_id = $1 and e.version >= $2 order by e.version limit $3`,
};

// The offset keeps the planner from joining the whole tables when it has no statistics yet.
const READ_ALL = {
  name: 'es-read-all',
  text: `select ${EVENT_COLUMNS}, l.position
    from (select position, local_id from es.log where position > $1 order by position limit $2) l
    cross join lateral (select * from es.event where local_id = l.local_id offset 0) e
    order by l.position`,
};

/**
 * The event store in Postgres. Appends are one call of one function on a pooled connection, committed by the server
 * itself, so an answer that is lost leaves nothing open. Needs `migrate` first and a pool with the service role.
 */
export class PostgresEventStore implements EventStore {
  constructor(private readonly pool: Pool) {}

  async append(appends: readonly StreamAppend[], cause: Cause): Promise<Appended[]> {
    checkAppend(appends, cause);
    const call = appendCall(appends, cause);
    const { rows } = await this.pool.query<{ repeated: boolean }>(call).catch((error: unknown) => {
      throw appendError(error);
    });
    const repeated = rows[0]?.repeated === true;
    return appends.map(({ stream, expectedVersion, events }) => ({
      stream,
      version: expectedVersion + events.length,
      repeated,
    }));
  }

  async read(stream: string, fromVersion = 1, limit = Infinity): Promise<StoredEvent[]> {
    const decode = eventDecoder();
    const events: StoredEvent[] = [];
    for (let from = fromVersion; events.length < limit;) {
      const size = Math.min(READ_PAGE, limit - events.length);
      const page = await this.page<EventRow>(READ_STREAM, [stream, from, size]);
      for (const row of page) events.push(decode(row));
      if (page.length < size) break;
      from = (events.at(-1)?.version ?? from) + 1;
    }
    return events;
  }

  async readAll(afterPosition: number, limit?: number): Promise<LoggedEvent[]> {
    return loggedEvents(await this.page<LoggedRow>(READ_ALL, [afterPosition, pageSize(limit)]));
  }

  async headPosition(): Promise<number> {
    const query = { name: 'es-head', text: 'select position from es.log_head' };
    const { rows } = await this.pool.query<{ position: string }>(query);
    return Number(rows[0]?.position);
  }

  async putDocument(kind: string, text: string): Promise<string> {
    checkDocument(kind, text);
    const digest = digestOf(text);
    const sql = 'insert into es.document (digest, kind, body) values ($1, $2, $3) on conflict do nothing';
    await this.pool.query(sql, [digest, kind, Buffer.from(text, 'utf8')]);
    return digest;
  }

  async getDocument(digest: string): Promise<StoredDocument | undefined> {
    const sql = 'select kind, body from es.document where digest = $1';
    const { rows } = await this.pool.query<{ kind: string; body: Buffer }>(sql, [digest]);
    const [row] = rows;
    if (row === undefined) return undefined;
    const text = row.body.toString('utf8');
    if (digestOf(text) !== digest)
      throw new InvalidDocument(`the stored bytes of ${digest} do not match their digest`);
    return { digest, kind: row.kind, text };
  }

  async verify(stream: string): Promise<StreamCheck> {
    return verifyStream(this.pool, stream);
  }

  async verifyAll(): Promise<StoreCheck> {
    return verifyStore(this.pool);
  }

  private async page<Row extends unknown[]>(
    statement: { name: string; text: string },
    values: readonly unknown[],
  ): Promise<Row[]> {
    const query = { ...statement, values: [...values], rowMode: 'array' as const, types: asText };
    return (await this.pool.query<Row>(query)).rows;
  }
}
