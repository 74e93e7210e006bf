import { pick, type Random } from '../random';

export interface InstalledPackage {
  readonly name: string;
  version: string;
  /** The version in the repository when it is newer than the installed one. */
  candidate?: string;
  /** Its update asks for a reboot. */
  readonly needsReboot: boolean;
}

const BASE: readonly (readonly [string, string, string, boolean])[] = [
  ['libc6', '2.36-9+deb12u10', '2.36-9+deb12u13', true],
  ['libssl3', '3.0.15-1~deb12u1', '3.0.17-1~deb12u3', false],
  ['openssl', '3.0.15-1~deb12u1', '3.0.17-1~deb12u3', false],
  ['openssh-server', '1:9.2p1-2+deb12u5', '1:9.2p1-2+deb12u7', false],
  ['sudo', '1.9.13p3-1+deb12u1', '1.9.13p3-1+deb12u2', false],
  ['systemd', '252.36-1~deb12u1', '252.39-1~deb12u1', false],
  ['tzdata', '2025a-0+deb12u1', '2025b-0+deb12u2', false],
  ['linux-image-amd64', '6.1.135-1', '6.1.153-1', true],
];

const BY_KIND: Readonly<Record<string, readonly [string, string, string]>> = {
  nginx: ['nginx', '1.22.1-9+deb12u1', '1.22.1-9+deb12u3'],
  tomcat: ['tomcat10', '10.1.34-0+deb12u1', '10.1.34-0+deb12u2'],
  postgresql: ['postgresql-15', '15.10-0+deb12u1', '15.14-0+deb12u1'],
};

/**
 * The packages of a host. Most hosts have a kernel update waiting, one that `mustReboot` has it for sure, and everyone has
 * something.
 */
export function installedPackages(
  kinds: readonly string[],
  random: Random,
  mustReboot = false,
): Map<string, InstalledPackage> {
  const rebootPending = random() < 0.85 || mustReboot;
  const packages = BASE.map(([name, version, candidate, needsReboot]) =>
    withCandidate(
      { name, version, needsReboot },
      (needsReboot ? rebootPending : random() < 0.7) && candidate,
    ),
  );
  for (const kind of new Set(kinds)) {
    const known = BY_KIND[kind];
    if (known === undefined) continue;
    const [name, version, candidate] = known;
    packages.push(withCandidate({ name, version, needsReboot: false }, candidate));
  }
  if (!packages.some(({ candidate }) => candidate !== undefined))
    pick(random, packages).candidate = '99~update';
  return new Map(packages.map((entry) => [entry.name, entry]));
}

function withCandidate(entry: InstalledPackage, candidate: string | false): InstalledPackage {
  return candidate === false ? entry : { ...entry, candidate };
}

export function pendingUpdates(packages: ReadonlyMap<string, InstalledPackage>): InstalledPackage[] {
  return [...packages.values()].filter(({ candidate }) => candidate !== undefined);
}
