import { startPostgres } from '@patchtide/embedded';
import fc from 'fast-check';
import type { QueryConfig } from 'pg';
import { eventStoreContract } from '../event-store.contract';
import { VersionConflict } from '../errors';
import { appendTo, cause, freshStream, sampleEvent, sampleEvents } from '../testing/sample-events';
import { type TestDatabase, testDatabase } from '../testing/test-database';
import { createPool } from './pool';
import { PostgresEventStore } from './postgres-event-store';

describe('PostgresEventStore', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await startPostgres();
    database = await testDatabase(server.url);
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  eventStoreContract(() => database);

  it('stores an append once when the answer to it was lost and the caller repeats it', async () => {
    const stream = freshStream();
    for (const size of [1, 3]) {
      const version = (await database.store.read(stream)).length;
      const append = appendTo(stream, version, sampleEvents(size));
      // The commit happens, then the connection dies before the caller hears of it.
      const lossy = createPool(database.url, { max: 1 });
      const send = lossy.query.bind(lossy) as (query: QueryConfig) => Promise<unknown>;
      const sendAndLose = async (query: QueryConfig): Promise<never> => {
        await send(query);
        throw new Error('Connection terminated unexpectedly');
      };
      lossy.query = sendAndLose as typeof lossy.query;
      const lost = new PostgresEventStore(lossy).append([append], cause);
      await expect(lost).rejects.toThrow('Connection terminated');
      await lossy.end();
      expect(await database.store.append([append], cause)).toEqual([
        { stream, version: version + size, repeated: true },
      ]);
      expect(await database.store.read(stream)).toHaveLength(version + size);
    }
  });

  it('has nothing stored when the backend died before the commit', async () => {
    const stream = freshStream();
    const append = appendTo(stream, 0, [sampleEvent()]);
    const blocker = await database.owner.connect();
    await blocker.query('begin');
    await blocker.query('lock table es.event in exclusive mode');
    const dying = createPool(database.url, { max: 1 });
    const lost = new PostgresEventStore(dying).append([append], cause);
    lost.catch(() => undefined);
    await killWaiting(database);
    await expect(lost).rejects.toThrow();
    await blocker.query('rollback');
    blocker.release();
    await dying.end();
    expect(await database.store.append([append], cause)).toEqual([{ stream, version: 1, repeated: false }]);
  });

  it('hashes any text in the database as Node does', async () => {
    const anyText = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 })
      .map((units) => String.fromCharCode(...units));
    const events = fc.array(fc.dictionary(anyText, anyText), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(events, anyText, async (data, actor) => {
        const stream = freshStream();
        const append = appendTo(
          stream,
          0,
          data.map((one) => sampleEvent(one)),
        );
        await database.store.append([append], { ...cause, actor: `a${actor}` });
        expect(await database.store.verify(stream)).toMatchObject({ ok: true, version: data.length });
        expect((await database.store.read(stream)).map((event) => event.data)).toEqual(data);
      }),
      { numRuns: 60 },
    );
  });

  it('never lets two appends to the same streams in another order wait for each other', async () => {
    const [a, b] = [freshStream(), freshStream()];
    await database.store.append([appendTo(a, 0, [sampleEvent()]), appendTo(b, 0, [sampleEvent()])], cause);
    for (let version = 1; version <= 40; version += 1) {
      const results = await Promise.allSettled([
        database.store.append(
          [appendTo(a, version, [sampleEvent()]), appendTo(b, version, [sampleEvent()])],
          cause,
        ),
        database.store.append(
          [appendTo(b, version, [sampleEvent()]), appendTo(a, version, [sampleEvent()])],
          cause,
        ),
      ]);
      const refused = results.filter((result) => result.status === 'rejected');
      expect(refused.map(({ reason }) => (reason as unknown) instanceof VersionConflict)).toEqual([true]);
    }
  });
});

/** Ends the one backend that waits for the lock. */
async function killWaiting({ owner }: TestDatabase): Promise<void> {
  for (let killed = 0; killed === 0;) {
    const { rowCount } = await owner.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()",
    );
    killed = rowCount ?? 0;
  }
}
