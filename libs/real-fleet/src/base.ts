import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureDebianPackage } from '@patchtide/embedded';
import { debianSources, proxyEnvironment } from './debian-sources';
import { run, runOrThrow } from './command';
import { hostScript } from './host-script';

const BUILD_TIMEOUT_MS = 20 * 60_000;
const SWEEP_TIMEOUT_MS = 120_000;

// What a host can be without installing anything but our own small packages.
const PACKAGES = [
  ...['systemd', 'systemd-sysv', 'libpam-systemd', 'dbus', 'openssh-server', 'sudo', 'procps', 'iproute2'],
  ...['nginx-light', 'nodejs', 'postgresql-15', 'haproxy', 'socat', 'curl'],
  ...['needrestart', 'unattended-upgrades', 'python3-minimal'],
];

/** Tells what happens while something takes its time, one line at a time. */
export type Progress = (line: string) => void;

/** The folder that keeps bases between runs: PATCHTIDE_REAL_FLEET_CACHE, or /var/cache/patchtide-real-fleet. */
export function cacheFolder(): string {
  return process.env.PATCHTIDE_REAL_FLEET_CACHE ?? '/var/cache/patchtide-real-fleet';
}

/** Whether the base that this version needs is there already. */
export function baseIsCached(): boolean {
  return existsSync(basePath());
}

/**
 * The path of the Debian 12 tree that all hosts stand on. The first time on a machine it is built, which takes about a
 * minute and downloads 130 MB; programs that are missing for that are installed. A build that fails or is given up leaves
 * nothing, and one that succeeds removes old bases but the last.
 */
export async function ensureBase(progress: Progress, signal?: AbortSignal): Promise<string> {
  await ensureDebianPackage('systemd-nspawn', 'systemd-container');
  if (baseIsCached()) return usedNow();
  await ensureDebianPackage('mmdebstrap', 'mmdebstrap');
  const sources = await debianSources();
  progress(`Building the Debian 12 base of the real hosts in ${basePath()}, once for this machine`);
  const started = Date.now();
  const argv = [
    // A mount namespace of its own: whatever interrupts the build, no mount stays.
    ...['unshare', '--mount', '--propagation', 'private', 'sh', hostScript('build-base.sh')],
    ...[cacheFolder(), recipeDigest(), PACKAGES.join(',')],
    ...sources,
  ];
  const env = { ...process.env, ...(await proxyEnvironment()) };
  const onLine = (line: string): void => progress(`  ${line}`);
  await runOrThrow(argv, { timeoutMs: BUILD_TIMEOUT_MS, env, onLine, signal }).finally(sweepBases);
  progress(`Built the base in ${Math.round((Date.now() - started) / 1000)} s`);
  return usedNow();
}

/** Removes what builds that were given up have left, and old bases: the two used last stay, and what was used today. */
export async function sweepBases(): Promise<void> {
  await run(['sh', hostScript('sweep-bases.sh'), cacheFolder()], { timeoutMs: SWEEP_TIMEOUT_MS });
}

/** Notes down that it is needed, for `sweepBases`. */
async function usedNow(): Promise<string> {
  const now = new Date();
  await utimes(basePath(), now, now);
  return basePath();
}

function basePath(): string {
  return join(cacheFolder(), `base-${recipeDigest()}`);
}

/** Everything that decides what is in the base, except the day on which it is built. */
function recipeDigest(): string {
  const hash = createHash('sha256').update(`${process.arch}\n${PACKAGES.join(' ')}\n`);
  for (const script of ['build-base.sh', 'customise-base.sh']) hash.update(readFileSync(hostScript(script)));
  return hash.digest('hex').slice(0, 12);
}
