import { startPostgres } from '@patchtide/embedded';
import { type LoggedEvent } from '../event';
import type { PoolClient } from '../postgres/pool';
import { appendTo, cause, freshStream, sampleEvents } from '../testing/sample-events';
import { type TestDatabase, testDatabase } from '../testing/test-database';
import { running, until } from '../testing/until';
import { readCheckpoint } from './checkpoint';
import { type Projection, Projector, type ProjectorOptions, rebuildProjection } from './projector';
import { type InTransaction, transactions, type Tx } from './tx';

/** A read model without a unique key: an effect that happens twice leaves two rows. */
const projection = {
  name: 'jobs',
  apply: async (tx: Tx, { position, data }: LoggedEvent) => {
    await tx.query('insert into jobs (position, index) values ($1, $2)', [position, data['index']]);
  },
  reset: async (tx: Tx) => {
    await tx.query('delete from jobs');
  },
} satisfies Projection<Tx>;

describe('Projector', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let database: TestDatabase;
  let inTransaction: InTransaction<PoolClient>;
  let errors: unknown[];

  beforeAll(async () => {
    server = await startPostgres();
  });

  beforeEach(async () => {
    database = await testDatabase(server.url);
    await database.owner.query('create table jobs (position bigint, index int)');
    await database.owner.query('grant select, insert, update, delete on jobs to patchtide_service');
    inTransaction = transactions(database.service);
    errors = [];
  });

  afterEach(() => database.close());
  afterAll(() => server.stop());

  const append = async (count: number): Promise<void> => {
    await database.store.append([appendTo(freshStream(), 0, sampleEvents(count))], cause);
    await database.settle();
  };
  const projector = (options: Partial<ProjectorOptions<PoolClient>> = {}): Projector<PoolClient> =>
    new Projector({
      store: database.store,
      projection,
      inTransaction,
      retryMs: 1,
      idlePollMs: 10,
      checkMs: 20,
      onError: (error) => errors.push(error),
      ...options,
    });
  const positions = async (): Promise<number[]> => {
    const { rows } = await database.owner.query<{ at: number }>(
      'select position::float8 as at from jobs order by position',
    );
    return rows.map(({ at }) => at);
  };
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  const caughtUp = (head: number): Promise<void> =>
    until(async () => (await readCheckpoint(database.owner, 'jobs')) === head);

  it('applies every event once and in order, and goes on after a restart', async () => {
    await append(25);
    const stop = running(projector({ batchSize: 10 }));
    await caughtUp(25);
    await stop();
    await append(5);
    const again = running(projector());
    await caughtUp(30);
    await again();
    expect(await positions()).toEqual(upTo(30));
    expect(errors).toEqual([]);
  });

  it('commits effect and checkpoint together when its connection dies at any moment', async () => {
    await append(60);
    let dying = 0;
    const killer: Projection<PoolClient> = {
      ...projection,
      apply: async (tx, event) => {
        await projection.apply(tx, event);
        dying += 1;
        if (dying % 13 === 0) await tx.query('select pg_terminate_backend(pg_backend_pid())');
      },
    };
    const asOwner = transactions(database.owner);
    const stop = running(projector({ projection: killer, inTransaction: asOwner, batchSize: 10 }));
    await caughtUp(60);
    await stop();
    expect(await positions()).toEqual(upTo(60));
    expect(errors.length).toBeGreaterThan(3);
  });

  it('applies every event once when the answer to a commit is lost', async () => {
    await append(30);
    let commits = 0;
    const lossy: InTransaction<PoolClient> = async (work) => {
      await inTransaction(work);
      commits += 1;
      if (commits % 2 === 0) throw new Error('Connection terminated unexpectedly');
    };
    const stop = running(projector({ inTransaction: lossy, batchSize: 5 }));
    await caughtUp(30);
    await stop();
    expect(await positions()).toEqual(upTo(30));
  });

  it('applies every event once when two instances run', async () => {
    await append(100);
    const stops = [projector({ batchSize: 3 }), projector({ batchSize: 4 })].map(running);
    await caughtUp(100);
    for (const stop of stops) await stop();
    expect(await positions()).toEqual(upTo(100));
    expect(errors).toEqual([]);
  });

  it('commits what precedes a failing event and skips that one only when told to', async () => {
    await append(10);
    const poison: Projection<PoolClient> = {
      ...projection,
      apply: async (tx, event) => {
        if (event.position === 4) throw new Error('cannot be understood');
        await projection.apply(tx, event);
      },
    };
    const asked: [number, number][] = [];
    const onFailedEvent: ProjectorOptions<PoolClient>['onFailedEvent'] = async ({ event, tries }) => {
      asked.push([event.position, tries]);
      return tries < 3 ? 'retry' : 'skip';
    };
    const stop = running(projector({ projection: poison, onFailedEvent }));
    await caughtUp(10);
    await stop();
    expect(asked).toEqual([
      [4, 1],
      [4, 2],
      [4, 3],
    ]);
    expect(await positions()).toEqual([1, 2, 3, 5, 6, 7, 8, 9, 10]);
  });

  it('holds at a failing event when nobody tells it to skip, and goes on once that succeeds', async () => {
    await append(5);
    let broken = true;
    const fragile: Projection<PoolClient> = {
      ...projection,
      apply: async (tx, event) => {
        if (broken && event.position === 3) throw new Error('not yet');
        await projection.apply(tx, event);
      },
    };
    const stop = running(projector({ projection: fragile }));
    await until(() => errors.length > 2);
    expect(await positions()).toEqual([1, 2]);
    broken = false;
    await caughtUp(5);
    await stop();
    expect(await positions()).toEqual(upTo(5));
  });

  it('rebuilds a read model while a projector runs', async () => {
    await append(40);
    const stop = running(projector());
    await caughtUp(40);
    await database.owner.query('update jobs set index = -1');
    await rebuildProjection(projection, inTransaction);
    await caughtUp(40);
    await append(2);
    await caughtUp(42);
    await stop();
    expect(await positions()).toEqual(upTo(42));
    const { rows } = await database.owner.query('select count(*)::int as wrong from jobs where index < 0');
    expect(rows).toEqual([{ wrong: 0 }]);
  });

  it('takes part in transactions of an object-relational mapper, which answers with bare rows', async () => {
    const mapped: InTransaction<Tx> = (work) =>
      inTransaction((client) =>
        work({ query: async (sql, params) => (await client.query<object>(sql, params)).rows }),
      );
    const shared = new Projector<Tx>({
      store: database.store,
      projection,
      inTransaction: mapped,
      batchSize: 2,
      checkMs: 20,
      onError: (error) => errors.push(error),
    });
    await append(5);
    const stop = running(shared);
    await caughtUp(5);
    await rebuildProjection(projection, mapped);
    await until(async () => (await positions()).length === 5);
    await stop();
    expect(await positions()).toEqual(upTo(5));
    expect(errors).toEqual([]);
  });
});
