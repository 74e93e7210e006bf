import { access, constants, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand, runOrThrow } from './run-command';

const INSTALL_TIMEOUT_MS = 600_000;
const POLICY = '/usr/sbin/policy-rc.d';
// Once per process is enough.
let listsUpdated: Promise<void> | undefined;
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The path of a command; when it is missing and we are root on Debian or Ubuntu, its package is installed first. The
 * package's own daemon is neither started nor enabled. Otherwise rejects and names the command to run.
 */
export async function ensureDebianPackage(command: string, packageName: string): Promise<string> {
  const found = await findCommand(command);
  if (found !== undefined) return found;
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${packageName}`;
  if (process.getuid?.() !== 0 || (await findCommand('apt-get')) === undefined) {
    throw new Error(`\`${command}\` is not installed. Run: sudo sh -c '${byHand}'`);
  }
  process.stderr.write(`Installing ${packageName} (${byHand})\n`);
  await install(packageName);
  const installed = await findCommand(command);
  if (installed === undefined)
    throw new Error(`${packageName} was installed, but it brought no \`${command}\``);
  return installed;
}

/** The path of a command on PATH or in the system directories (a user's PATH often lacks /usr/sbin). */
export async function findCommand(command: string): Promise<string | undefined> {
  const directories = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_DIRECTORIES];
  for (const directory of directories) {
    if (directory === '') continue;
    const candidate = join(directory, command);
    const executable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return candidate;
  }
  return undefined;
}

async function install(packageName: string): Promise<void> {
  const keepOwnPolicy = await exists(POLICY);
  // Debian asks this program whether a package may start its daemon; 101 is "no".
  if (!keepOwnPolicy) await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    listsUpdated ??= aptGet(['update']);
    await listsUpdated;
    await aptGet(['install', '-y', '--no-install-recommends', packageName]);
  } finally {
    if (!keepOwnPolicy) await rm(POLICY, { force: true });
  }
  await disableUnits(packageName);
}

/** One at a time on this machine: apt's own lock fails at once for package lists. */
async function aptGet(args: readonly string[]): Promise<void> {
  const lock = join(tmpdir(), 'patchtide-apt.lock');
  await runOrThrow('flock', ['-w', '300', lock, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    timeoutMs: INSTALL_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** We start servers ourselves; without this the system's own daemon would come up at the next boot. */
async function disableUnits(packageName: string): Promise<void> {
  if ((await findCommand('systemctl')) === undefined) return;
  const files = await runOrThrow('dpkg', ['-L', packageName], { timeoutMs: 30_000 });
  const units = [...files.matchAll(/\/systemd\/system\/([^/@\s]+\.(?:service|socket))$/gm)].map(
    (match) => match[1],
  );
  for (const unit of units) {
    // A unit that is static or unknown cannot be disabled and does not start by itself either.
    if (unit !== undefined) await runCommand('systemctl', ['disable', unit], { timeoutMs: 30_000 });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
