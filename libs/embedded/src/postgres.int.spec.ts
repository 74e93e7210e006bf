import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres } from './postgres';
import type { RunningServer } from './running-server';

async function query(server: RunningServer, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('startPostgres', () => {
  let dataDir: string;
  let server: RunningServer;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'patchtide-pg-spec-'));
    server = await startPostgres({ dataDir });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('is a superuser on the database patchtide, in UTF-8 and with the C locale', async () => {
    const settings = await query(
      server,
      `SELECT current_database() AS database, current_setting('is_superuser') AS superuser,
              current_setting('server_encoding') AS encoding, datcollate AS collation, current_setting('fsync') AS fsync
         FROM pg_database WHERE datname = current_database()`,
    );
    expect(settings).toEqual([
      { database: 'patchtide', superuser: 'on', encoding: 'UTF8', collation: 'C', fsync: 'on' },
    ]);
  });

  it('does not run as root and keeps the password and the log to ourselves', () => {
    expect(statSync(join(dataDir, 'cluster')).uid).not.toBe(0);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'postgres.log')).mode & 0o777).toBe(0o600);
  });

  it('refuses a wrong password and listens on the loopback address only', async () => {
    const stranger = new Client({
      connectionString: server.url.replace(/postgres:[^@]+@/, 'postgres:guess@'),
    });
    await expect(stranger.connect()).rejects.toThrow('password authentication failed');
    const [row] = await query(server, `SELECT current_setting('listen_addresses') AS addresses`);
    expect(row).toEqual({ addresses: '127.0.0.1' });
  });

  it('has every committed row after SIGKILL, also beside a lock file whose process id is now a stranger', async () => {
    await query(server, `CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)`);
    await server.kill();
    const lock = join(dataDir, 'cluster', 'postmaster.pid');
    const withForeignPid = readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid));
    writeFileSync(lock, withForeignPid);
    server = await startPostgres({ dataDir });
    expect(await query(server, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 1000 }]);
  });

  it('refuses a cluster that another major version made and says what to do', async () => {
    const other = mkdtempSync(join(tmpdir(), 'patchtide-pg-spec-'));
    const first = await startPostgres({ dataDir: other });
    await first.stop();
    writeFileSync(join(other, 'cluster', 'PG_VERSION'), '9\n');
    await expect(startPostgres({ dataDir: other })).rejects.toThrow(
      /made by PostgreSQL 9.*PATCHTIDE_POSTGRES_BIN/,
    );
    rmSync(other, { recursive: true });
  });
});
