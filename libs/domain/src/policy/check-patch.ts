import type { Fault, PatchMethod, PatchSettings, Policy } from '@patchtide/contracts';
import { pointer } from './pointer';
import { settingsOf } from './patch-settings';

/** The package managers that a family can have at all; of a family that is not here, nothing is known. */
const METHOD_OF: Readonly<Record<string, PatchMethod>> = {
  ...Object.fromEntries(['debian', 'ubuntu'].map((family) => [family, 'apt'])),
  ...Object.fromEntries(['rhel', 'centos', 'rocky', 'almalinux', 'fedora'].map((family) => [family, 'dnf'])),
  ...Object.fromEntries(['suse', 'sles', 'opensuse'].map((family) => [family, 'zypper'])),
  windows: 'wua',
};
const ONLY_FOR_APT = ['conffiles', 'removals'] as const;

/** Patch settings that contradict their method or their family. */
export function checkPatch(policy: Policy): Fault[] {
  return Object.entries(policy.patch).flatMap(([family, entry]) => {
    const settings = settingsOf(entry);
    const path = pointer('patch', family);
    return [
      ...wrongMethod(path, family, settings),
      ...senseless(path, settings),
      ...patchesAreWhole(path, settings),
    ];
  });
}

function wrongMethod(path: string, family: string, { method }: PatchSettings): Fault[] {
  const usual = Object.hasOwn(METHOD_OF, family) ? METHOD_OF[family] : undefined;
  if (usual === undefined || method === usual || method === 'none') return [];
  return [
    {
      path,
      message: `${family} has no ${method}`,
      remedy: `Use ${usual} for ${family}, or none to leave it unpatched.`,
    },
  ];
}

/** Options that the method does not have: better said now than in the night, or never. */
function senseless(path: string, settings: PatchSettings): Fault[] {
  const { method } = settings;
  const given = Object.keys(settings).filter((name) => name !== 'method');
  const unfit = given.filter((name) => {
    if (method === 'none') return true;
    if (method === 'wua') return name !== 'scope' && name !== 'skip';
    return method !== 'apt' && ONLY_FOR_APT.some((only) => only === name);
  });
  return unfit.map((name) => ({
    path: `${path}/${name}`,
    message: `"${name}" means nothing for the method ${method}`,
    remedy:
      method === 'none'
        ? 'Remove it, or name a method.'
        : `Remove it: ${method} decides about that by itself.`,
  }));
}

function patchesAreWhole(path: string, { method, scope, skip = [] }: PatchSettings): Fault[] {
  if (method !== 'zypper' || scope !== 'security' || skip.length === 0) return [];
  return [
    {
      path: `${path}/skip`,
      message: 'zypper takes security patches as a whole, so it cannot leave out single packages of them',
      remedy: 'Remove skip, or set the scope to all.',
    },
  ];
}
