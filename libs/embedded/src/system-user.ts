import { stat } from 'node:fs/promises';
import { runCommand } from './run-command';

/** The account a server runs under. */
export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

const SYSTEM_USER = 'patchtide';

/**
 * Whom Postgres runs as: undefined (ourselves) unless we are root, which Postgres refuses. Then the owner of an
 * existing data directory, else `postgres`, else our own system user, which is created, else `nobody`.
 */
export async function unprivilegedUser(existingCluster?: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = existingCluster === undefined ? undefined : await ownerOf(existingCluster);
  return owner ?? (await lookUp('postgres')) ?? (await ownSystemUser()) ?? (await nobody());
}

async function ownerOf(path: string): Promise<SystemUser | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.uid === 0) return undefined;
  return { name: `user ${found.uid}`, uid: found.uid, gid: found.gid };
}

async function ownSystemUser(): Promise<SystemUser | undefined> {
  const existing = await lookUp(SYSTEM_USER);
  if (existing) return existing;
  const args = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', SYSTEM_USER];
  const created = await runCommand('useradd', args, { timeoutMs: 20_000 }).catch(() => ({ code: -1 }));
  // Also when it failed: two of us may have created it at the same moment.
  return created.code === 0 || created.code === 9 ? lookUp(SYSTEM_USER) : undefined;
}

async function nobody(): Promise<SystemUser> {
  const user = await lookUp('nobody');
  if (!user)
    throw new Error(
      'Postgres must not run as root, and there is no user `postgres` or `nobody` to run it as',
    );
  return user;
}

async function lookUp(name: string): Promise<SystemUser | undefined> {
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map((flag) => runCommand('id', [flag, name], { timeoutMs: 10_000 })),
  );
  if (uid?.code !== 0 || gid?.code !== 0) return undefined;
  return { name, uid: Number(uid.output), gid: Number(gid.output) };
}
