import { randomBytes } from 'node:crypto';
import { chmod, chown, copyFile, mkdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries';
import { runCommand, runOrThrow } from './run-command';
import type { SystemUser } from './system-user';
import { waitUntil } from './wait-until';

const INIT_TIMEOUT_MS = 120_000;
const PREDECESSOR_TIMEOUT_MS = 30_000;

/** Where the files of one embedded PostgreSQL are; everything is inside one directory. */
export interface ClusterFiles {
  directory: string;
  cluster: string;
  /** Readable by us only. */
  passwordFile: string;
  log: string;
}

export function clusterFiles(directory: string, log?: string): ClusterFiles {
  return {
    directory,
    cluster: join(directory, 'cluster'),
    passwordFile: join(directory, 'password'),
    log: log ?? join(directory, 'postgres.log'),
  };
}

/** What is needed to prepare a cluster. */
export interface ClusterSetup {
  files: ClusterFiles;
  binaries: PostgresBinaries;
  user: SystemUser | undefined;
  durable: boolean;
}

/**
 * Creates the cluster with a random password and the database `patchtide` unless it exists; returns the password.
 * Only the cluster itself belongs to the server's user: a server that is taken over must not be able to make root
 * write the log or the password somewhere else.
 */
export async function prepareCluster(setup: ClusterSetup): Promise<string> {
  const { files, user } = setup;
  await mkdir(files.directory, { recursive: true });
  await chmod(files.directory, user ? 0o711 : 0o700);
  const version = await readFile(join(files.cluster, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) return initialise(setup);
  await assertOpen(files.cluster, user);
  assertSameVersion(Number(version), setup);
  await clearPredecessor(files.cluster);
  return (await readFile(files.passwordFile, 'utf8')).trim();
}

async function initialise(setup: ClusterSetup): Promise<string> {
  const { files, user } = setup;
  const password = randomBytes(24).toString('base64url');
  const draft = join(files.directory, 'draft');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(files.passwordFile, `${password}\n`, { mode: 0o600 });
  await copyFile(files.passwordFile, join(draft, 'password'));
  if (user) await chown(join(draft, 'password'), user.uid, user.gid);
  if (user) await chown(draft, user.uid, user.gid);
  await assertOpen(draft, user);
  await initialiseIn(draft, setup);
  // A crash before this line leaves only a draft, which the next start throws away.
  await rename(join(draft, 'cluster'), files.cluster);
  await rm(draft, { recursive: true, force: true });
  return password;
}

async function initialiseIn(draft: string, { binaries, user, durable }: ClusterSetup): Promise<void> {
  const identity = user ? { uid: user.uid, gid: user.gid } : {};
  const options = { ...identity, timeoutMs: INIT_TIMEOUT_MS, env: { ...process.env, LC_ALL: 'C' } };
  const cluster = join(draft, 'cluster');
  const flags = [`--pgdata=${cluster}`, '--username=postgres', '--encoding=UTF8', '--locale=C'];
  const secrets = ['--auth=scram-sha-256', `--pwfile=${join(draft, 'password')}`];
  if (!durable) flags.push('--no-sync');
  await runOrThrow(join(binaries.directory, 'initdb'), [...flags, ...secrets, '--no-instructions'], options);
  // Single-user mode needs no client, so this library needs none either.
  const single = ['--single', '-D', cluster, ...unsynced(durable), 'postgres'];
  const input = 'CREATE DATABASE patchtide\n';
  await runOrThrow(join(binaries.directory, 'postgres'), single, { ...options, input });
}

/** Server settings that give up safety against a power cut, never against a crash of the process. */
export function unsynced(durable: boolean): string[] {
  // synchronous_commit stays on: without it even SIGKILL loses commits, and tests would learn the wrong lesson.
  return durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
}

async function assertOpen(directory: string, user: SystemUser | undefined): Promise<void> {
  if (!user) return;
  const script = 'cd -- "$1" && test -w .';
  const options = { uid: user.uid, gid: user.gid, timeoutMs: 10_000 };
  const { code } = await runCommand('/bin/sh', ['-c', script, 'sh', directory], options);
  if (code === 0) return;
  throw new Error(
    `PostgreSQL runs as ${user.name} because it must not run as root, and ${directory} is closed to that user. ` +
      'Choose a data directory outside of /root (PATCHTIDE_DATA_DIR) or run as a normal user',
  );
}

function assertSameVersion(found: number, { files, binaries }: ClusterSetup): void {
  if (found === binaries.majorVersion) return;
  throw new Error(
    `the database in ${files.cluster} was made by PostgreSQL ${found}, but ${binaries.directory} is ` +
      `${binaries.majorVersion}. Set PATCHTIDE_POSTGRES_BIN to a PostgreSQL ${found}, or dump and restore it`,
  );
}

/**
 * Waits until a server that still uses the cluster is gone (its parent may have died a second ago) and removes a lock
 * file whose process id by now belongs to somebody else, on which PostgreSQL would refuse to start.
 */
async function clearPredecessor(cluster: string): Promise<void> {
  const lock = join(cluster, 'postmaster.pid');
  const what = `the PostgreSQL that still uses ${cluster} to stop`;
  await waitUntil(async () => !(await isRunningIn(cluster, lock)), {
    timeoutMs: PREDECESSOR_TIMEOUT_MS,
    what,
  });
  if (process.platform === 'linux') await rm(lock, { force: true });
}

async function isRunningIn(cluster: string, lock: string): Promise<boolean> {
  const pid = (await readFile(lock, 'utf8').catch(() => '')).split('\n')[0];
  if (pid === undefined || !/^\d+$/.test(pid)) return false;
  // A postmaster's working directory is its cluster; elsewhere than on Linux PostgreSQL's own check must do.
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster;
}

/** True when this process serves the cluster and accepts connections; the same evidence that pg_ctl goes by. */
export async function isServing(cluster: string, pid: number): Promise<boolean> {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}
