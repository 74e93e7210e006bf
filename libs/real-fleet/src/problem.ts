import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { baseIsCached } from './base';
import { hostScript } from './host-script';

const PROBE_TIMEOUT_MS = 20_000;

/**
 * Why this machine cannot boot real hosts, as a sentence with its remedy; null when it can. Takes a few milliseconds: it
 * tries the mounts and control groups that a fleet needs in namespaces of its own. Packages that are missing are no
 * problem, `startRealFleet` installs them.
 */
export function realFleetProblem(): string | null {
  if (process.platform !== 'linux') return 'Real hosts need Linux: they are booted with systemd-nspawn.';
  if (process.getuid?.() !== 0)
    return 'Real hosts need root: they are booted with systemd-nspawn. Run it as root.';
  if (!isFirstUserNamespace())
    return (
      'Real hosts need the root of the machine, and this one is root in a user namespace only (`unshare -r`, a rootless ' +
      'container). Run it outside of that.'
    );
  return systemProblem() ?? kernelProblem();
}

/** There every user is himself; a kernel that has no other ones says nothing. */
function isFirstUserNamespace(): boolean {
  return /^\s*(0\s+0\s+4294967295\s*)?$/.test(readText('/proc/self/uid_map'));
}

function systemProblem(): string | null {
  const release = readText('/etc/os-release');
  const isDebian = /^ID=debian$/m.test(release);
  if (!isDebian && !/^ID(_LIKE)?=.*debian/m.test(release)) {
    return 'Real hosts need Debian or a system made from it: their base is built with mmdebstrap.';
  }
  if (isDebian || process.env.PATCHTIDE_REAL_FLEET_SOURCES || baseIsCached()) return null;
  return (
    'Real hosts are Debian 12, and the package sources of this machine are not Debian’s. ' +
    'Set PATCHTIDE_REAL_FLEET_SOURCES to the `deb …` lines of a Debian 12 mirror.'
  );
}

function kernelProblem(): string | null {
  const unshare = ['/usr/bin/unshare', '/bin/unshare'].find(isExecutable);
  if (unshare === undefined) return 'Real hosts need `unshare` (package util-linux).';
  const args = ['--mount', '--pid', '--fork', '--propagation', 'private', 'sh', hostScript('probe.sh')];
  const { status, stdout, stderr } = spawnSync(unshare, args, {
    encoding: 'utf8',
    timeout: PROBE_TIMEOUT_MS,
  });
  if (status === 0) return null;
  const said = `${stdout}${stderr}`.trim();
  return `Real hosts cannot be booted here, the system refuses what they need (in a container: start it privileged). ${said}`;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
