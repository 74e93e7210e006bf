import { startPostgres } from '@patchtide/embedded';
import { appendTo, cause, freshStream, sampleEvents } from '../testing/sample-events';
import { type TestDatabase, testDatabase } from '../testing/test-database';
import { running, until } from '../testing/until';
import { MemoryRelayTarget } from './memory-relay-target';
import { Relay } from './relay';
import { Sequencer } from './sequencer';

describe('Sequencer and Relay on Postgres', () => {
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

  it('carry every event once while writers append, connections die and the carrier is wiped', async () => {
    const target = new MemoryRelayTarget();
    const relay: Relay = new Relay(database.store, target, {
      retryMs: 5,
      checkMs: 20,
      batchSize: 16,
      leading: () => sequencer.leading,
    });
    const sequencer = new Sequencer(database.service, { retryMs: 5, onNumbered: () => relay.poke() });
    const stops = [running(sequencer), running(relay)];
    let written = 0;
    const writing = Promise.all(
      Array.from({ length: 8 }, async () => {
        const stream = freshStream();
        for (let version = 0; version < 90;) {
          const append = appendTo(stream, version, sampleEvents(3));
          // The killed connections may be a writer's: then the outcome is unknown, and the same append is sent again.
          const answer = await database.store.append([append], cause).catch(() => undefined);
          if (answer === undefined) await database.store.append([append], cause).catch(() => undefined);
          version = (await database.store.read(stream).catch(() => [])).length || version;
          written += 3;
        }
      }),
    );
    for (const at of [60, 300, 540]) {
      await until(() => written >= at);
      target.truncate(at === 300 ? 10 : 0);
      await database.owner.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    }
    await writing;
    await until(() => target.records.length === 720);
    for (const stop of stops) await stop();

    expect(target.records.map(({ position }) => position)).toEqual(
      Array.from({ length: 720 }, (_, i) => i + 1),
    );
    const logged = [...(await database.store.readAll(0)), ...(await database.store.readAll(1000))];
    expect(target.records.map(({ eventId }) => eventId)).toEqual(logged.map(({ id }) => id));
    expect(await database.store.verifyAll()).toMatchObject({ ok: true, events: 720, head: 720 });
  });
});
