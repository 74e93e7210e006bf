import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '@patchtide/embedded';
import { createPool } from '@patchtide/event-store';
import { SERVICES } from './services';
import { startSystem, type System } from './system';

const without = SERVICES.map(({ name }) => name);

async function query(system: System, sql: string): Promise<unknown[]> {
  const pool = createPool(system.databaseUrl, { role: false, max: 1 });
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await pool.end();
  }
}

describe('the system', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'patchtide-system-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps its data, its tokens and its policies over a restart', async () => {
    const first = await startSystem({ dataDir, without, durable: false });
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS n');
    writeFileSync(join(first.directory.policies, 'own.yaml'), 'name: own\n');
    await first.stop();
    const second = await startSystem({ dataDir, without, durable: false });
    expect(await query(second, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(second.tokens).toEqual(first.tokens);
    expect(readFileSync(join(second.directory.policies, 'own.yaml'), 'utf8')).toBe('name: own\n');
    expect(statSync(second.directory.tokens).mode & 0o777).toBe(0o600);
    await second.stop();
  });

  it('brings a killed server back under the same address with its data', async () => {
    const system = await startSystem({ dataDir, without, durable: false });
    await query(system, 'CREATE TABLE kept AS SELECT 42 AS n');
    for (const name of ['postgres', 'nats']) {
      const part = system.parts.get(name);
      process.kill(part?.pid() ?? 0, 'SIGKILL');
      await waitUntil(() => part?.restarts() === 1, { timeoutMs: 20_000, what: `${name} to be back` });
    }
    expect(await query(system, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await system.stop();
  });

  it('leaves nothing running when a part does not start', async () => {
    const reports: string[] = [];
    const broken = startSystem({
      dataDir,
      without: without.filter((name) => name !== 'console'),
      settings: { console: { NODE_OPTIONS: '--require=/no/such/file' } },
      durable: false,
      report: (line) => reports.push(line),
    });
    await expect(broken).rejects.toThrow('console');
    const lock = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
    expect(() => statSync(lock)).toThrow('ENOENT');
    expect(reports).toEqual([]);
  });
});
