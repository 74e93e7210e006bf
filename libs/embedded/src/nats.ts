import { randomUUID } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ensureDebianPackage } from './debian-package';
import { startGuarded } from './guarded-process';
import type { RunningServer } from './running-server';
import { serverHome } from './server-home';
import { startServer } from './start-server';

const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;

export interface NatsOptions {
  /** Kept at stop. Without it: a fresh temporary directory, removed at stop. */
  dataDir?: string;
  /** Default: a free one. */
  port?: number;
  /** Log file; default `<dataDir>/nats.log`. */
  log?: string;
  /** Clients must present it; it becomes part of `url`. Characters A-Z a-z 0-9 _ - only. */
  token?: string;
}

/**
 * Starts a nats-server with JetStream on 127.0.0.1 and returns when it greets. Uses the one on PATH, else installs
 * Debian's when we are root, else rejects with the command to run.
 */
export async function startNats(options: NatsOptions = {}): Promise<RunningServer> {
  if (options.token !== undefined && !/^[\w-]+$/.test(options.token)) {
    throw new Error('a NATS token may contain only A-Z a-z 0-9 _ -, because it becomes part of a URL');
  }
  const command = await ensureDebianPackage('nats-server', 'nats-server');
  const home = await serverHome(options.dataDir, 'nats');
  const name = `patchtide-${randomUUID()}`;
  const server = await startServer(home, {
    name: 'nats-server',
    port: options.port,
    timeoutMs: READY_TIMEOUT_MS,
    launch: async (port) =>
      startGuarded({
        command,
        args: ['-c', await writeConfiguration(home.directory, { name, port, token: options.token })],
        log: options.log ?? join(home.directory, 'nats.log'),
        stopTimeoutMs: STOP_TIMEOUT_MS,
        scratch: home.scratch,
      }),
    ready: (port) => greetsAs(name, port),
  });
  const credentials = options.token === undefined ? '' : `${options.token}@`;
  return { url: `nats://${credentials}127.0.0.1:${server.port}`, ...server };
}

/** A file and not arguments: everybody can read the arguments of a process, and the token is a secret. */
async function writeConfiguration(
  dataDir: string,
  server: { name: string; port: number; token: string | undefined },
): Promise<string> {
  const file = join(dataDir, 'nats.conf');
  const lines = [
    `server_name: ${JSON.stringify(server.name)}`,
    `listen: "127.0.0.1:${server.port}"`,
    `jetstream { store_dir: ${JSON.stringify(dataDir)} }`,
  ];
  if (server.token !== undefined) lines.push(`authorization { token: ${JSON.stringify(server.token)} }`);
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return file;
}

/** True when the server at 127.0.0.1 greets with this name and says that JetStream is on. */
function greetsAs(name: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const answer = (ready: boolean): void => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(2_000, () => answer(false));
    socket.once('error', () => answer(false));
    socket.once('close', () => answer(false));
    socket.once('data', (greeting: Buffer) => {
      const text = greeting.toString('utf8');
      answer(text.startsWith('INFO ') && text.includes(name) && /"jetstream":\s*true/.test(text));
    });
  });
}
