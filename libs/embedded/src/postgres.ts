import { join } from 'node:path';
import { type GuardedProcess, startGuarded } from './guarded-process';
import { findPostgres } from './postgres-binaries';
import { type ClusterSetup, clusterFiles, isServing, prepareCluster, unsynced } from './postgres-cluster';
import type { RunningServer } from './running-server';
import { type ServerHome, serverHome } from './server-home';
import { cleanUpAndThrow, startServer } from './start-server';
import { unprivilegedUser } from './system-user';

const STOP_TIMEOUT_MS = 15_000;
const READY_TIMEOUT_MS = 60_000;

export interface PostgresOptions {
  /** Kept at stop. Without it: a fresh temporary directory, removed at stop. */
  dataDir?: string;
  /** Default: a free one. */
  port?: number;
  /** Log file; default `<dataDir>/postgres.log`. */
  log?: string;
  /** False switches fsync off: a crash of the process loses nothing, a power cut may. Default: true with a dataDir. */
  durable?: boolean;
  maxConnections?: number;
}

interface Setup extends ClusterSetup {
  home: ServerHome;
  password: string;
}

/**
 * Starts a PostgreSQL on 127.0.0.1 and returns when it accepts connections; `url` is a superuser with a random
 * password on database `patchtide`. As root it runs under an unprivileged user. Rejects with the end of the server's
 * log when it does not come up.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningServer> {
  const home = await serverHome(options.dataDir, 'pg');
  const setup = await setUp(home, options).catch(cleanUpAndThrow(home));
  const server = await startServer(home, {
    name: 'PostgreSQL',
    port: options.port,
    timeoutMs: READY_TIMEOUT_MS,
    launch: (port) => launch(setup, port, options.maxConnections ?? 200),
    ready: (_port, { pid }) => isServing(setup.files.cluster, pid),
  });
  return { url: `postgresql://postgres:${setup.password}@127.0.0.1:${server.port}/patchtide`, ...server };
}

async function setUp(home: ServerHome, options: PostgresOptions): Promise<Setup> {
  const files = clusterFiles(home.directory, options.log);
  const user = await unprivilegedUser(files.cluster);
  const binaries = await findPostgres(user);
  const setup = { files, binaries, user, durable: options.durable ?? options.dataDir !== undefined };
  return { ...setup, home, password: await prepareCluster(setup) };
}

function launch(
  { files, binaries, user, durable, home }: Setup,
  port: number,
  maxConnections: number,
): Promise<GuardedProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `port=${port}`,
    `max_connections=${maxConnections}`,
  ];
  return startGuarded({
    command: join(binaries.directory, 'postgres'),
    args: ['-D', files.cluster, ...settings.flatMap((setting) => ['-c', setting]), ...unsynced(durable)],
    env: { ...process.env, LC_ALL: 'C' },
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    // The guard runs as the server's user, who may remove no more than this.
    scratch: home.scratch === undefined ? undefined : files.cluster,
    log: files.log,
    stopSignal: 'SIGINT',
    stopTimeoutMs: STOP_TIMEOUT_MS,
  });
}
