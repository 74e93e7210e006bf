import { waitUntil } from '@patchtide/embedded';
import type { RealFleet } from './real-fleet';
import { type RealFleetOptions, startRealFleet } from './start-real-fleet';
import { documentsOf, type TierDocuments } from './three-tier-documents';
import { estateOf, hostWith, type TierApplication } from './three-tier-estate';
import { specsOf, type TierPorts } from './three-tier-hosts';
import { unlessAborted } from './unless-aborted';
import { usablePort } from './usable-port';

const ANSWER_TIMEOUT_MS = 10_000;
const WORKS_TIMEOUT_MS = 60_000;
const PREFERRED_PORTS = { http: 80, app: 3000, db: 5432 };

export interface ThreeTierOptions extends Omit<RealFleetOptions, 'hosts'> {
  /** Default 12: the shop with a load balancer and a replicated database, and two plain applications. */
  hostCount?: number;
}

/** What one request to an application shows: the versions of every tier it went through, and a value from the database. */
export interface TierAnswer {
  status: number;
  web?: string | undefined;
  app?: string | undefined;
  database?: string | undefined;
  value?: string | undefined;
}

/** Applications of nginx, a Node service and PostgreSQL on real hosts, and the documents for a campaign over them. */
export interface ThreeTier extends TierDocuments {
  fleet: RealFleet;
  applications: readonly TierApplication[];
  ports: TierPorts;
  /** Where an application answers: at its load balancer where it has one, else at its web server. */
  urlOf: (application: string) => string;
  /** Asks an application for its health at that address. Rejects when nobody answers at all. */
  ask: (application: string) => Promise<TierAnswer>;
  /** Everything that does not work right now, from HTTP through to SQL and replication; empty: all is well. */
  faults: () => Promise<string[]>;
}

/**
 * Starts a fleet with three-tier applications, at release 1, and returns when all of them answer over HTTP with a value
 * from their database. Stop it with `fleet.stop()`.
 */
export async function startThreeTier(options: ThreeTierOptions = {}): Promise<ThreeTier> {
  const { hostCount = 12, ...rest } = options;
  const { applications, spares } = estateOf(hostCount);
  const ports = await usablePorts();
  const specs = [
    ...applications.flatMap((application) => specsOf(application, ports)),
    ...spares.map(({ name }) => ({ name })),
  ];
  const fleet = await startRealFleet({ ...rest, hosts: specs });
  const addressOf = (name: string): string => fleet.host(name).address;
  const sshPort = fleet.hosts[0]?.port ?? 0;
  const documents = documentsOf({ applications, spares, ports, sshPort, addressOf }, Date.now());
  const urlOf = (id: string): string => entryUrl(find(applications, id), ports, addressOf);
  const ask = (id: string): Promise<TierAnswer> => askAt(urlOf(id));
  const faults = async (): Promise<string[]> =>
    (await Promise.all(applications.map((each) => faultsOf(each, fleet, () => ask(each.id))))).flat();
  try {
    await unlessAborted(untilItWorks(faults), options.signal);
  } catch (error) {
    await fleet.stop();
    throw error;
  }
  return { ...documents, fleet, applications, ports, urlOf, ask, faults };
}

/** One after the other, and what web servers and load balancers share once: two looks at a port would be in each other's way. */
async function usablePorts(): Promise<TierPorts> {
  const http = await usablePort(PREFERRED_PORTS.http);
  const app = await usablePort(PREFERRED_PORTS.app);
  return { lb: http, web: http, app, db: await usablePort(PREFERRED_PORTS.db) };
}

async function untilItWorks(faults: () => Promise<string[]>): Promise<void> {
  let last: string[] = [];
  const works = async (): Promise<boolean> => {
    last = await faults();
    return last.length === 0;
  };
  await waitUntil(works, {
    timeoutMs: WORKS_TIMEOUT_MS,
    what: 'the applications to work',
    intervalMs: 200,
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}:\n${last.join('\n')}`, { cause: error });
  });
}

function find(applications: readonly TierApplication[], id: string): TierApplication {
  const found = applications.find((application) => application.id === id);
  if (!found) throw new Error(`the estate has no application ${id}`);
  return found;
}

function entryUrl(
  application: TierApplication,
  ports: TierPorts,
  addressOf: (name: string) => string,
): string {
  const role = application.hosts.some((host) => host.role === 'lb') ? 'lb' : 'web';
  return `http://${addressOf(hostWith(application, role).name)}:${ports[role]}/health`;
}

async function askAt(url: string): Promise<TierAnswer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
  const body = (await response.json().catch(() => ({}))) as Partial<Record<string, string>>;
  return {
    status: response.status,
    web: response.headers.get('x-pt-web') ?? undefined,
    app: body.app,
    database: body.database,
    value: body.value,
  };
}

async function faultsOf(
  application: TierApplication,
  fleet: RealFleet,
  ask: () => Promise<TierAnswer>,
): Promise<string[]> {
  const faults: string[] = [];
  const answer = await ask().catch((error: unknown) => ({ status: 0, value: String(error) }));
  if (answer.status !== 200) {
    faults.push(`${application.id} answers with ${answer.status} (${answer.value ?? 'no value'})`);
  }
  const replica = application.hosts.find(({ role }) => role === 'replica');
  if (replica !== undefined) {
    const stream = await fleet
      .host(replica.name)
      .exec(['runuser', '-u', 'postgres', '--', 'psql', '-qAtc', 'select status from pg_stat_wal_receiver'])
      .catch(() => ({ stdout: 'down' }));
    if (stream.stdout.trim() !== 'streaming')
      faults.push(`${replica.name} does not stream: ${stream.stdout.trim()}`);
  }
  return faults;
}
