import type { BatchJob, Component, Server } from '@patchtide/contracts';
import type { Random } from '../random';
import { installedPackages, type InstalledPackage } from './packages';
import { fullUnitName, Units } from './units';

/** One server of the landscape with everything that lives on it. */
export interface ServerSpec {
  readonly server: Server;
  readonly components: readonly Component[];
  readonly batchJobs: readonly BatchJob[];
}

/** What a disk and a memory would hold. */
export interface HostState {
  readonly server: Server;
  readonly units: Units;
  /** Units that belong to components: the ones a monitoring system watches. */
  readonly watched: ReadonlySet<string>;
  /** Which unit listens on which port. */
  readonly ports: ReadonlyMap<number, string>;
  readonly packages: Map<string, InstalledPackage>;
  readonly files: Map<string, string>;
  bootId: string;
  bootedAt: number;
  /** Until then `is-system-running` says `starting`. */
  settledAt: number;
  rebootRequired: boolean;
  /** dpkg was killed in the middle: packages are half-configured. */
  dpkgInterrupted: boolean;
}

export interface StateOptions {
  readonly random: Random;
  readonly now: number;
  /** Its update asks for a reboot. */
  readonly mustReboot: boolean;
  readonly onUnit: (unit: string, active: boolean) => void;
}

export function newHostState(spec: ServerSpec, options: StateOptions): HostState {
  const { server, components, batchJobs } = spec;
  const files = new Map<string, string>();
  const units = new Units(options.onUnit);
  for (const name of ['cron', 'ssh', 'apt-daily.timer', 'apt-daily-upgrade.timer']) units.add(name);
  const watched = new Set<string>();
  for (const component of components) {
    if (component.unit === undefined) continue;
    units.add(component.unit);
    watched.add(fullUnitName(component.unit));
  }
  for (const job of batchJobs) addBatchJob(job, files, units);
  return {
    server,
    units,
    watched,
    ports: portsOf(components),
    packages: installedPackages(
      components.map(({ kind }) => kind),
      options.random,
      options.mustReboot,
    ),
    files,
    bootId: randomUuid(options.random),
    bootedAt: options.now,
    settledAt: options.now,
    rebootRequired: false,
    dpkgInterrupted: false,
  };
}

function addBatchJob(job: BatchJob, files: Map<string, string>, units: Units): void {
  const ref = typeof job.ref === 'string' ? { file: job.ref, unit: job.ref } : job.ref;
  if (job.system === 'cron' && typeof ref.file === 'string') {
    files.set(ref.file, `17 3 * * * root /usr/local/bin/${job.name}\n`);
  }
  if (job.system === 'systemd-timer' && typeof ref.unit === 'string') {
    units.add(ref.unit);
    units.add(ref.unit.replace(/\.timer$/, '.service'), { active: false, enabled: false });
  }
}

function portsOf(components: readonly Component[]): Map<number, string> {
  const ports = new Map<number, string>();
  for (const { unit, attributes } of components) {
    if (unit !== undefined && typeof attributes?.port === 'number')
      ports.set(attributes.port, fullUnitName(unit));
  }
  return ports;
}

/** A version 4 UUID from the host's own seed, so that a run can be repeated. */
export function randomUuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = '89ab'.charAt(Math.floor(random() * 4));
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join(
    '-',
  );
}
