import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FakeHost, RunningSshd } from '@patchtide/embedded';
import type { SystemOptions } from '../../system';

/** One component on a host of its own; the host has its number, the unit its id. */
export interface Placed {
  readonly id: string;
  /** What people call it; the id when absent. */
  readonly name?: string;
  readonly tier: 'web' | 'app' | 'db';
  readonly application: string;
  readonly cluster?: string;
  readonly dependsOn?: readonly string[];
}

export const ADDRESSES = Array.from({ length: 12 }, (_, n) => `127.0.2.${n + 1}`);

/** Time that stopping and starting take: long enough to see that nobody was overtaken. */
export const UNIT_SECONDS = 0.2;

/** Gives every component its running unit on its host. */
export async function settle(sshd: RunningSshd, components: readonly Placed[]): Promise<void> {
  for (const [at, { id }] of components.entries()) {
    const host = hostOf(sshd, at);
    await host.setUnit(`${id}.service`, 'active');
    for (const verb of ['stop', 'start']) await host.set(`delays/${verb}-${id}.service`, UNIT_SECONDS);
  }
}

export function hostOf(sshd: RunningSshd, position: number): FakeHost {
  return sshd.host(ADDRESSES[position] ?? '');
}

/** Environment of the services that reach these hosts. */
export async function hostAccess(sshd: RunningSshd): Promise<NonNullable<SystemOptions['settings']>> {
  const knownHosts = join(sshd.root, 'known_hosts');
  await writeFile(knownHosts, sshd.knownHosts);
  return {
    'execution-agent': {
      AGENT_SSH_USER: sshd.user,
      AGENT_SSH_KEY: sshd.privateKey,
      AGENT_KNOWN_HOSTS: knownHosts,
      AGENT_ROOT: sshd.root,
    },
    'monitoring-suppression': {
      SUPPRESSION_SSH_USER: sshd.user,
      SUPPRESSION_SSH_KEY: sshd.privateKey,
      SUPPRESSION_SSH_KNOWN_HOSTS: knownHosts,
    },
  };
}

const COLUMNS = [
  ...['type', 'id', 'name', 'address', 'port', 'os', 'kind', 'tier', 'server', 'application'],
  ...['cluster', 'unit', 'dependsOn', 'attributes.note', 'ci', 'system', 'ref', 'ref.instance'],
] as const;
type Row = Partial<Record<(typeof COLUMNS)[number], string | undefined>>;

export interface Estate {
  readonly components: readonly Placed[];
  /** Cron files by the position of their host. */
  readonly cronFiles: ReadonlyMap<number, string>;
  /** Name of the server at a position. */
  readonly serverName: (position: number) => string;
  /** An attribute of every component. */
  readonly note: string;
  readonly isMonitored: boolean;
}

/** The estate as the spreadsheet that somebody keeps of it. */
export function landscapeCsv(
  { components, cronFiles, serverName, note, isMonitored }: Estate,
  port: number,
): string {
  const server = (at: number): string => `srv-${at + 1}`;
  const applications = [...new Set(components.map(({ application }) => application))];
  const rows: Row[] = [
    ...components.map((_, at) => ({
      type: 'server',
      id: server(at),
      name: serverName(at),
      address: ADDRESSES[at],
      port: `${port}`,
      os: 'debian-12',
    })),
    ...applications.map((id) => ({ type: 'application', id, name: id.toUpperCase() })),
    ...components.map(({ id, name = id, tier, application, cluster, dependsOn = [] }, at) => ({
      ...{
        type: 'component',
        id,
        name,
        tier,
        application,
        cluster,
        server: server(at),
        kind: tier,
        unit: `${id}.service`,
      },
      ...{ dependsOn: dependsOn.join('|'), 'attributes.note': note },
    })),
    ...[...cronFiles].map(([at, ref], n) => ({
      type: 'batchJob',
      id: `batch-${n}`,
      name: serverName(at),
      server: server(at),
      system: 'cron',
      ref,
    })),
    ...(isMonitored ? components : []).map((_, at) => ({
      type: 'monitor',
      id: `mon-${at + 1}`,
      ci: server(at),
      system: 'alertmanager',
      'ref.instance': serverName(at),
    })),
  ];
  const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\n`;
  return [line(COLUMNS), ...rows.map((row) => line(COLUMNS.map((column) => row[column] ?? '')))].join('');
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
