import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './postgres';
import type { RunningServer } from './running-server';

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

  it('does not run as root and keeps the password and the log to ourselves', () => {
    expect(statSync(join(dataDir, 'cluster')).uid).not.toBe(0);
    expect(statSync(join(dataDir, 'password')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'postgres.log')).mode & 0o777).toBe(0o600);
  });

  it('starts beside the lock file of a crash whose process id now belongs to somebody else', async () => {
    await server.kill();
    const lock = join(dataDir, 'cluster', 'postmaster.pid');
    const withForeignPid = readFileSync(lock, 'utf8').replace(/^\d+/, String(process.pid));
    writeFileSync(lock, withForeignPid);
    server = await startPostgres({ dataDir });
    expect(readFileSync(lock, 'utf8').split('\n')[0]).toBe(String(server.pid));
  });

  it('refuses a cluster that another major version made and says what to do', async () => {
    const other = mkdtempSync(join(tmpdir(), 'patchtide-pg-spec-'));
    const first = await startPostgres({ dataDir: other, durable: false });
    await first.stop();
    writeFileSync(join(other, 'cluster', 'PG_VERSION'), '9\n');
    const again = startPostgres({ dataDir: other });
    await expect(again).rejects.toThrow(/made by PostgreSQL 9.*PATCHTIDE_POSTGRES_BIN/);
    rmSync(other, { recursive: true });
  });
});
