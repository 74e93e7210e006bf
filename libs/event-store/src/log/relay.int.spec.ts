import { startPostgres } from '@patchtide/embedded';
import { VersionConflict } from '../errors';
import type { StreamAppend } from '../event';
import type { EventStore } from '../event-store';
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
        for (let version = 0; version < 90; version += 3) {
          await appendUntilStored(database.store, appendTo(stream, version, sampleEvents(3)));
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
    const logged = await database.store.readAll(0);
    expect(target.records.map(({ eventId }) => eventId)).toEqual(logged.map(({ id }) => id));
    expect(await database.store.verifyAll()).toMatchObject({ ok: true, events: 720, head: 720 });
  });
});

/** As every caller should: an append whose outcome is unknown is sent again with the same event ids. */
async function appendUntilStored(store: EventStore, append: StreamAppend): Promise<void> {
  for (let stored = false; !stored;) {
    stored = await store.append([append], cause).then(
      () => true,
      (error: unknown) => {
        if (error instanceof VersionConflict) throw error;
        return false;
      },
    );
  }
}
