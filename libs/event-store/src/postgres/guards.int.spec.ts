import { startPostgres } from '@patchtide/embedded';
import { appendTo, cause, freshStream, sampleEvents } from '../testing/sample-events';
import { type TestDatabase, testDatabase } from '../testing/test-database';

const CHANGES = [
  "update es.event set type = 'Forged'",
  'delete from es.event',
  'truncate es.event',
  'update es.log set local_id = local_id + 1',
  'delete from es.log',
  'truncate es.log',
  "update es.document set kind = 'forged'",
  'delete from es.document',
  'truncate es.document',
  'delete from es.stream',
  'truncate es.stream',
];

const SERVICE_WRITES = [
  ...CHANGES,
  `insert into es.event (stream_id, version, event_id, type, schema_version, body, meta, hash)
     values ('campaign-x', 1, gen_random_uuid(), 'Forged', 1, '{}', '{}', sha256(''))`,
  "update es.stream set head = sha256('')",
  "insert into es.stream values ('campaign-x', 'campaign', 0, sha256(''))",
  'delete from es.outbox',
  'insert into es.log values (99, 99)',
  'update es.log_head set position = 0',
  "insert into es.consumer values ('x', 9)",
  'alter table es.event disable trigger append_only',
  'drop table es.event',
  "select es.open_stream('campaign-x')",
  "insert into es.document values ('sha256:0', 'forged', '')",
  'set session_replication_role = replica',
];

describe('the guards of history', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await startPostgres();
    database = await testDatabase(server.url);
    await database.store.append([appendTo(freshStream(), 0, sampleEvents(3))], cause);
    await database.store.putDocument('plan', '{}');
    await database.settle();
  });

  afterAll(async () => {
    await database.close();
    await server.stop();
  });

  it.each(SERVICE_WRITES)('refuse the service role: %s', async (sql) => {
    await expect(database.service.query(sql)).rejects.toThrow(
      /permission denied|must be owner|violates check/,
    );
  });

  it.each(CHANGES)('refuse a superuser by trigger: %s', async (sql) => {
    await expect(database.owner.query(sql)).rejects.toMatchObject({ code: 'PT003' });
  });

  it('refuse a superuser who plays a replica, where ordinary triggers would sleep', async () => {
    const client = await database.owner.connect();
    await client.query('set session_replication_role = replica');
    await expect(client.query('delete from es.event')).rejects.toMatchObject({ code: 'PT003' });
    client.release(true);
  });

  it('refuse a document whose digest is not that of its text, from anybody', async () => {
    const sql = "insert into es.document values ('sha256:00', 'forged', 'x')";
    await expect(database.owner.query(sql)).rejects.toMatchObject({ code: '23514' });
  });

  it('left everything as it was', async () => {
    expect(await database.store.verifyAll()).toMatchObject({
      ok: true,
      streams: 1,
      events: 3,
      documents: 1,
      head: 3,
    });
  });
});
