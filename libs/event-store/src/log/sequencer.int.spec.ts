import { startPostgres } from '@patchtide/embedded';
import type { EventStore } from '../event-store';
import { createPool, type Pool } from '../postgres/pool';
import { appendTo, cause, freshStream, sampleEvent, sampleEvents } from '../testing/sample-events';
import { createDatabase, type TestDatabase, testDatabase } from '../testing/test-database';
import { running, until } from '../testing/until';
import { Sequencer } from './sequencer';

const WRITERS = 32;
const EVENTS_PER_WRITER = 40;

describe('Sequencer', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await startPostgres();
  });

  beforeEach(async () => {
    database = await testDatabase(server.url, 60);
  });

  afterEach(() => database.close());
  afterAll(() => server.stop());

  it('loses nothing to a follower under 32 writers, where a reader by insertion number does', async () => {
    const stopSequencer = running(new Sequencer(database.service));
    const follower = new Follower(database.store);
    const naive = new NaiveReader(database.owner);
    const stopReaders = [running(follower), running(naive)];

    const streams = await writeConcurrently(database, naive);

    const total = WRITERS * EVENTS_PER_WRITER;
    await until(() => follower.seen.length === total);
    await until(async () => naive.cursor === (await lastLocalId(database.owner)));
    for (const stop of [...stopReaders, stopSequencer]) await stop();

    expect(follower.positions).toEqual(Array.from({ length: total }, (_, index) => index + 1));
    expect(new Set(follower.seen).size).toBe(total);
    for (const stream of streams)
      expect(follower.versionsOf(stream)).toEqual(follower.versionsOf(stream).sort((a, b) => a - b));
    // Each of the four slow writers held its commit back until the naive reader had passed it.
    expect(total - new Set(naive.seen).size).toBeGreaterThanOrEqual(4);
    expect(await database.store.verifyAll()).toMatchObject({ ok: true, events: total, head: total });
  });

  it('gives no number twice and skips none while its leader is killed again and again', async () => {
    const terms: number[] = [];
    const sequencers = [0, 1].map(
      (id) =>
        new Sequencer(database.service, {
          retryMs: 5,
          batchSize: 7,
          onLeadership: (leading) => void (leading && terms.push(id)),
        }),
    );
    const stops = sequencers.map(running);
    const writing = Promise.all(
      Array.from({ length: 8 }, async () => {
        const stream = freshStream();
        for (let version = 0; version < 120; version += 3) {
          await database.store.append([appendTo(stream, version, sampleEvents(3))], cause);
        }
      }),
    );
    for (let kills = 0; kills < 12; kills += 1) {
      await until(() => terms.length > kills);
      await until(async () => (await killLeader(database.owner)) > 0);
    }
    await writing;
    await until(async () => (await database.store.headPosition()) === 960);
    for (const stop of stops) await stop();
    expect(terms.length).toBeGreaterThan(12);
    expect(await database.store.verifyAll()).toMatchObject({ ok: true, events: 960, head: 960 });
  });

  it('leaves a batch waiting when it dies in the middle of numbering it', async () => {
    await database.store.append([appendTo(freshStream(), 0, sampleEvents(5))], cause);
    const blocker = await database.owner.connect();
    await blocker.query('begin');
    await blocker.query('lock table es.log in exclusive mode');
    const errors: unknown[] = [];
    const stop = running(
      new Sequencer(database.service, { retryMs: 5, onError: (error) => errors.push(error) }),
    );
    // It has taken the rows out of the outbox and waits to write their numbers.
    await until(async () => (await killBlocked(database.owner)) > 0);
    await until(() => errors.length > 0);
    const { rows } = await database.owner.query('select count(*)::int as waiting from es.outbox');
    expect(rows).toEqual([{ waiting: 5 }]);
    await blocker.query('rollback');
    blocker.release();
    await until(async () => (await database.store.headPosition()) === 5);
    await stop();
    expect(await database.store.verifyAll()).toMatchObject({ ok: true, head: 5 });
  });

  it('stays dense when two sessions number at once, since the lock on the head orders them', async () => {
    for (let round = 0; round < 20; round += 1) {
      await database.store.append([appendTo(freshStream(), 0, sampleEvents(10))], cause);
      await Promise.all([1, 2, 3].map(() => database.service.query('select es.sequence(4)')));
    }
    await database.settle();
    expect(await database.store.verifyAll()).toMatchObject({ ok: true, head: 200 });
  });

  it('does not wait for open write transactions, in this or in another database of the cluster', async () => {
    const other = createPool(await createDatabase(server.url), { role: false });
    const idle = await Promise.all([other.connect(), database.owner.connect()]);
    for (const client of idle) {
      await client.query('begin');
      await client.query('create table long_work (id int)');
      await client.query('insert into long_work values (1)');
    }
    await database.store.append([appendTo(freshStream(), 0, sampleEvents(3))], cause);
    await database.settle();
    expect(await database.store.readAll(0)).toHaveLength(3);
    for (const client of idle) client.release(true);
    await other.end();
  });

  it('numbers at once when poked, however long its pause', async () => {
    const heads: number[] = [];
    const sequencer = new Sequencer(database.service, {
      busyPollMs: 600_000,
      idlePollMs: 600_000,
      onNumbered: (head) => heads.push(head),
    });
    const stop = running(sequencer);
    await until(() => sequencer.leading);
    await database.store.append([appendTo(freshStream(), 0, [sampleEvent()])], cause);
    sequencer.poke();
    await until(() => heads.includes(1), 5_000);
    await stop();
    expect(sequencer.leading).toBe(false);
  });
});

/** Reads the global log by position, as everything in the system does. */
class Follower {
  readonly seen: string[] = [];
  readonly positions: number[] = [];
  private readonly versions = new Map<string, number[]>();

  constructor(private readonly store: EventStore) {}

  versionsOf(stream: string): number[] {
    return this.versions.get(stream) ?? [];
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const events = await this.store.readAll(this.positions.at(-1) ?? 0, 100);
      for (const { id, position, stream, version } of events) {
        this.seen.push(id);
        this.positions.push(position);
        this.versions.set(stream, [...this.versionsOf(stream), version]);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** What must not be built: a cursor over the insertion number. */
class NaiveReader {
  readonly seen: string[] = [];
  cursor = 0;

  constructor(private readonly pool: Pool) {}

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const sql =
        'select local_id::float8 as at, event_id from es.event where local_id > $1 order by local_id limit 100';
      const { rows } = await this.pool.query<{ at: number; event_id: string }>(sql, [this.cursor]);
      for (const { at, event_id } of rows) {
        this.seen.push(event_id);
        this.cursor = at;
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

async function writeConcurrently({ store, service }: TestDatabase, naive: NaiveReader): Promise<string[]> {
  const streams = Array.from({ length: WRITERS }, () => freshStream());
  await Promise.all(
    streams.map(async (stream, writer) => {
      for (let version = 0; version < EVENTS_PER_WRITER; version += 1) {
        if (writer % 8 === 0 && version === 10) await appendSlowly(service, stream, version, naive);
        else await store.append([appendTo(stream, version, [sampleEvent()])], cause);
      }
    }),
  );
  return streams;
}

/** Appends in a transaction that commits only after the naive reader has passed its insertion number. */
async function appendSlowly(pool: Pool, stream: string, version: number, naive: NaiveReader): Promise<void> {
  const client = await pool.connect();
  await client.query('begin');
  const { id, type } = sampleEvent();
  const values = [stream, version, id, type, 1, '{}', '{}'];
  await client.query('select es.append_event($1, $2, $3, $4, $5, $6, $7)', values);
  const sql = 'select local_id::float8 as at from es.event where event_id = $1';
  const { rows } = await client.query<{ at: number }>(sql, [id]);
  await until(() => naive.cursor > (rows[0]?.at ?? 0));
  await client.query('commit');
  client.release();
}

async function lastLocalId(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ last: number }>('select max(local_id)::float8 as last from es.event');
  return rows[0]?.last ?? 0;
}

async function killLeader(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  return rowCount ?? 0;
}

async function killBlocked(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
  );
  return rowCount ?? 0;
}
