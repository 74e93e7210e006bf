import type { PatchSettings, Policy, Server, WorkStep } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { own } from '../own';
import { type HostMethod, type HostPatchSettings, settingsOf } from './patch-settings';

const SECOND_MS = 1000;

/** How a server is brought up to date, or why it cannot be. */
export function patchMethod(policy: Policy, server: Server): HostPatchSettings | { readonly reason: string } {
  const family = server.os.split('-')[0] ?? server.os;
  const entry = own(policy.patch, family);
  if (entry === undefined) return { reason: `policy "${policy.name}" has no patch method for ${family}` };
  const settings = settingsOf(entry);
  const { method } = settings;
  if (method === 'none') return { reason: `policy "${policy.name}" leaves ${family} unpatched` };
  return { ...settings, method };
}

/**
 * The step of PATCH_OS. It updates everything in the settings' scope but the skipped packages and `elsewhere`, those that
 * components update in jobs of their own.
 */
export function patchSteps(
  settings: HostPatchSettings,
  elsewhere: readonly string[],
  timeoutMs: number,
): WorkStep[] {
  const { method, scope, skip = [] } = settings;
  const left = [...new Set([...skip, ...elsewhere])].sort();
  const argv = [
    '@patch',
    method,
    ...(scope === undefined ? [] : [`scope=${scope}`]),
    ...howTo(settings),
    ...left.map((name) => `skip=${name}`),
  ];
  return [{ mode: 'do', timeoutMs, argv }];
}

/** Updates these packages and what they need, whatever the scope for the rest of the server is. */
export function packagesStep(
  settings: HostPatchSettings,
  packages: readonly string[],
  timeoutMs: number,
): WorkStep {
  const argv = ['@patch', settings.method, ...howTo(settings), ...packages.map((name) => `only=${name}`)];
  return { mode: 'do', timeoutMs, argv };
}

/** The packages that a step updates by name. */
export function packagesIn({ argv }: WorkStep): string[] {
  if (argv[0] !== '@patch') return [];
  return argv.flatMap((word) => (word.startsWith('only=') ? [word.slice('only='.length)] : []));
}

/** Whether a reboot is needed is a question for the package manager, too. */
export function rebootSteps(mode: 'if-needed' | 'always', method: HostMethod, timeoutMs: number): WorkStep[] {
  return [{ mode: 'do', timeoutMs, argv: ['@reboot', mode, ...(mode === 'always' ? [] : [method])] }];
}

/** What a server must show after patching and reboot before anything is started on it. */
export function verifySteps(method: HostMethod): WorkStep[] {
  // Windows goes on with its updates for a while after it is back.
  const [runningMs, cleanMs] = method === 'wua' ? [600_000, 300_000] : [180_000, 120_000];
  return [
    { mode: 'until', timeoutMs: runningMs, argv: ['@system-running'] },
    { mode: 'do', timeoutMs: cleanMs, argv: ['@packages-clean', method] },
  ];
}

function howTo({ conffiles, removals, lockTimeout }: PatchSettings): string[] {
  const lockSeconds = lockTimeout === undefined ? null : Math.ceil(durationMs(lockTimeout, 0) / SECOND_MS);
  return [
    ...(conffiles === undefined ? [] : [`conffiles=${conffiles}`]),
    ...(removals === undefined ? [] : [`removals=${removals}`]),
    ...(lockSeconds === null ? [] : [`lock-seconds=${lockSeconds}`]),
  ];
}
