import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAlertmanager, startNats, startPostgres } from './index';
import { firstJsonLine, startTypescriptChild } from './typescript-child';
import { waitUntil } from './wait-until';

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });

describe('the embedded servers', () => {
  it('stop within seconds when the process that started them is killed with SIGKILL', async () => {
    const child = startTypescriptChild(`
      Promise.all([embedded.startPostgres(), embedded.startNats(), embedded.startAlertmanager()]).then((servers) =>
        console.log(JSON.stringify(servers.map(({ pid, port, dataDir }) => ({ pid, port, dataDir })))));
      setInterval(() => undefined, 1000);`);
    const servers = await firstJsonLine<{ pid: number; port: number; dataDir: string }[]>(child);
    expect(servers).toHaveLength(3);
    for (const { pid, port } of servers) {
      expect(isAlive(pid)).toBe(true);
      expect(await isListening(port)).toBe(true);
    }
    child.kill('SIGKILL');
    await waitUntil(
      async () => !(await Promise.all(servers.map(({ port }) => isListening(port)))).includes(true),
      {
        timeoutMs: 5_000,
        what: 'all servers to be gone',
      },
    );
    await waitUntil(() => servers.every(({ dataDir }) => !existsSync(join(dataDir, 'cluster', 'base'))), {
      timeoutMs: 5_000,
      what: 'the temporary data to be removed',
    });
    servers.forEach(({ dataDir }) => rmSync(dataDir, { recursive: true, force: true }));
  });

  it.each([
    ['PostgreSQL', startPostgres],
    ['nats-server', startNats],
    ['Alertmanager', startAlertmanager],
  ])('leave nothing behind when stopped: %s', async (_name, start) => {
    const server = await start();
    await server.stop();
    expect(await isListening(server.port)).toBe(false);
    expect(existsSync(server.dataDir)).toBe(false);
  });

  it.each([
    ['PostgreSQL', startPostgres],
    ['nats-server', startNats],
    ['Alertmanager', startAlertmanager],
  ])('start again on the same directory and port after SIGKILL: %s', async (_name, start) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'patchtide-again-'));
    const first = await start({ dataDir });
    await first.kill();
    const second = await start({ dataDir, port: first.port });
    expect(second.url).toBe(first.url);
    await second.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('say why they did not start', async () => {
    const occupied = await startNats();
    const { port } = occupied;
    try {
      await expect(startNats({ port })).rejects.toThrow(`port ${port} for nats-server is already in use`);
      await expect(startPostgres({ port })).rejects.toThrow(`port ${port} for PostgreSQL is already in use`);
    } finally {
      await occupied.stop();
    }
  });
});
