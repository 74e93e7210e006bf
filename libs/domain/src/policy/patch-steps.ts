import type { Policy, Server, WorkStep } from '@patchtide/contracts';
import { own } from '../own';

const SECOND_MS = 1000;

const APT: readonly string[] = [
  'env',
  'DEBIAN_FRONTEND=noninteractive',
  'NEEDRESTART_MODE=l',
  'apt-get',
  '-y',
  '-o',
  'Dpkg::Options::=--force-confdef',
  '-o',
  'Dpkg::Options::=--force-confold',
  '-o',
  'DPkg::Lock::Timeout=300',
];

/** How a server's packages are brought up to date; null with the reason when this server cannot be patched. */
export function patchMethod(
  policy: Policy,
  server: Server,
): { readonly method: string } | { readonly reason: string } {
  const family = server.os.split('-')[0] ?? server.os;
  const method = own(policy.patch, family);
  if (method === undefined) return { reason: `policy "${policy.name}" has no patch method for ${family}` };
  if (method === 'none') return { reason: `policy "${policy.name}" leaves ${family} unpatched` };
  if (method === 'wua') return { reason: 'Windows hosts cannot be patched yet' };
  return { method };
}

/** The steps of PATCH_OS, which share the job's time. What counts as done is checked afterwards: package managers' exit codes are not to be trusted. */
export function patchSteps(method: string, timeoutMs: number): WorkStep[] {
  const step = (argv: readonly string[], share = 1): WorkStep => ({
    mode: 'do',
    timeoutMs: Math.max(SECOND_MS, Math.floor(timeoutMs * share)),
    argv: [...argv],
  });
  switch (method) {
    case 'apt':
      return [
        step([...APT, 'update'], 0.15),
        step([...APT, 'dist-upgrade'], 0.8),
        step(['@dpkg-clean'], 0.05),
      ];
    case 'dnf':
      return [step(['dnf', '-y', '--refresh', 'upgrade'])];
    case 'zypper':
      return [
        step(['zypper', '--non-interactive', 'refresh'], 0.2),
        step(['zypper', '--non-interactive', 'update']),
      ];
    default:
      throw new Error(`no patch method ${method}`);
  }
}

/** What a server must show after patching and reboot before anything is started on it. */
export function verifySteps(method: string): WorkStep[] {
  const running: WorkStep = { mode: 'until', timeoutMs: 180 * SECOND_MS, argv: ['@system-running'] };
  const packages: WorkStep = { mode: 'do', timeoutMs: 60 * SECOND_MS, argv: ['@dpkg-clean'] };
  return method === 'apt' ? [running, packages] : [running];
}
