import { type RunningServer, startPostgres } from '@patchtide/embedded';
import { createPool } from '@patchtide/event-store';

// Here and not beside startPostgres, because only the event store may bring a client.
async function query(url: string, sql: string): Promise<unknown[]> {
  const pool = createPool(url, { role: false, max: 1 });
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await pool.end();
  }
}

describe('the embedded PostgreSQL', () => {
  let server: RunningServer;

  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('gives a superuser on the database patchtide, in UTF-8 and with the C locale', async () => {
    const settings = await query(
      server.url,
      `SELECT current_database() AS database, current_setting('is_superuser') AS superuser,
              current_setting('server_encoding') AS encoding, datcollate AS collation
         FROM pg_database WHERE datname = current_database()`,
    );
    expect(settings).toEqual([{ database: 'patchtide', superuser: 'on', encoding: 'UTF8', collation: 'C' }]);
  });

  it('refuses a wrong password and listens on the loopback address only', async () => {
    const guess = server.url.replace(/postgres:[^@]+@/, 'postgres:guess@');
    await expect(query(guess, 'SELECT 1')).rejects.toThrow('password authentication failed');
    const addresses = await query(server.url, `SELECT current_setting('listen_addresses') AS addresses`);
    expect(addresses).toEqual([{ addresses: '127.0.0.1' }]);
  });

  it('has every committed row after SIGKILL, although it runs without fsync', async () => {
    const { dataDir, port, url } = server;
    await query(url, `CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)`);
    await server.kill();
    const again = await startPostgres({ dataDir, port, durable: false });
    expect(await query(again.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
    await again.stop();
  });
});
