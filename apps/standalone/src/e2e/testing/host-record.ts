import type { Landscape } from '@patchtide/contracts';
import { getJson } from './api';

/** A command that really ran on a simulated host, as the host itself recorded it. */
export interface Execution {
  readonly server: string;
  readonly attemptId?: string;
  readonly argv: readonly string[];
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly code?: number;
}

export interface Attempt {
  readonly attemptId: string;
  readonly server: string;
  readonly executions: number;
  readonly startedAt?: number;
}

/** A unit, a cron file or, without `unit`, the whole host that came or went. */
export interface Transition {
  readonly server: string;
  readonly unit?: string;
  readonly up: boolean;
  readonly at: number;
  readonly bootId: string;
}

export interface Host {
  readonly id: string;
  readonly bootId: string;
  readonly rebootRequired: boolean;
  readonly pendingUpdates: readonly string[];
  readonly units: readonly { readonly name: string; readonly active: boolean; readonly mask: string }[];
  readonly files: readonly string[];
}

/** A fault as the simulator takes it; see its control API. */
export interface Fault {
  readonly host?: string;
  readonly unit?: string;
  readonly command: string;
  readonly kind: 'fail' | 'hang' | 'slow' | 'crash';
  readonly times?: number;
  readonly extraMs?: number;
}

interface Addresses {
  readonly controlUrl: string;
  readonly alertmanagerUrl: string;
}

/** What the simulated hosts and their monitoring saw: the record that our own story is held against. */
export class HostRecord {
  constructor(private readonly fleet: Addresses) {}

  hosts(): Promise<Host[]> {
    return getJson(`${this.fleet.controlUrl}/hosts`);
  }

  /** Of one campaign: attempt ids begin with it. */
  async attempts(campaign: string): Promise<Attempt[]> {
    const all = await getJson<Attempt[]>(`${this.fleet.controlUrl}/attempts`);
    return all.filter(({ attemptId }) => attemptId.startsWith(`${campaign}/`));
  }

  async executions(campaign: string): Promise<Execution[]> {
    const all = await getJson<Execution[]>(`${this.fleet.controlUrl}/executions`);
    return all.filter(({ attemptId }) => attemptId?.startsWith(`${campaign}/`) === true);
  }

  transitions(): Promise<Transition[]> {
    return getJson(`${this.fleet.controlUrl}/transitions`);
  }

  falseAlarms(): Promise<unknown[]> {
    return getJson(`${this.fleet.controlUrl}/false-alarms`);
  }

  async silences(): Promise<string[]> {
    const all = await getJson<{ status: { state: string } }[]>(
      `${this.fleet.alertmanagerUrl}/api/v2/silences`,
    );
    return all.map(({ status }) => status.state);
  }

  async addFaults(...faults: Fault[]): Promise<void> {
    const body = JSON.stringify(faults);
    const response = await fetch(`${this.fleet.controlUrl}/faults`, { method: 'POST', body });
    if (!response.ok) throw new Error(`the simulator refused the faults: ${await response.text()}`);
  }

  /** What is not as the landscape knows it in daily life: units that are down, jobs that are held; as sentences. */
  async notGivenBack(landscape: Landscape): Promise<string[]> {
    const [hosts, silences] = await Promise.all([this.hosts(), this.silences()]);
    const active = silences.filter((state) => state !== 'expired').map((state) => `a silence is ${state}`);
    const leftovers = hosts.flatMap(({ files, id }) =>
      files.filter((file) => file.includes('patchtide')).map((file) => `${file} is left on ${id}`),
    );
    return [...unitsDown(landscape, hosts), ...jobsHeld(landscape, hosts), ...leftovers, ...active];
  }
}

function unitsDown({ components }: Landscape, hosts: readonly Host[]): string[] {
  return components.flatMap(({ server, unit }) =>
    unit === undefined || isUp(hosts, server, unit) ? [] : [`${unit} on ${server} is down`],
  );
}

function jobsHeld({ batchJobs }: Landscape, hosts: readonly Host[]): string[] {
  return batchJobs.flatMap(({ server, ref, id }) => {
    const { file, unit = '' } = ref as { file?: string; unit?: string };
    const files = hosts.find((host) => host.id === server)?.files ?? [];
    const runs = file === undefined ? isUp(hosts, server, unit) : files.includes(file);
    return runs ? [] : [`${id} on ${server} is held`];
  });
}

function isUp(hosts: readonly Host[], server: string, unit: string): boolean {
  const units = hosts.find(({ id }) => id === server)?.units ?? [];
  return units.some(({ name, active }) => active && (name === unit || name === `${unit}.service`));
}
