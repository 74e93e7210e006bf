import type { Application, BatchJob, Component, Landscape, Monitor, Server } from '@patchtide/contracts';
import { loopbackAddress } from '../loopback-addresses';
import { pick, type Random, seededRandom } from '../random';
import { applicationId, BATCH_NAMES, titleOf } from './names';
import { inventoryOf, relationsOf } from './relations';
import { layOut, type Slot, type Tier } from './slots';

export interface LandscapeOptions {
  readonly servers: number;
  /** Three in ten servers when absent: three tiers each, a third of them with a database cluster of two. */
  readonly applications?: number;
  readonly seed: number;
  /** First two octets of the loopback addresses, `127.10` when absent. */
  readonly addressBase?: string;
  /** The same SSH port on every address. */
  readonly port: number;
}

/**
 * A believable landscape: small three-tier applications with dependencies across them, database clusters, several
 * instances of a component per server, batch jobs and one monitor per server. The same options give the same document.
 */
export function generateLandscape(options: LandscapeOptions): Landscape {
  const applications = options.applications ?? Math.max(1, Math.floor(options.servers * 0.3));
  if (options.servers < 1 || applications < 1)
    throw new RangeError('at least one server and one application');
  const random = seededRandom(options.seed);
  const slots = layOut({ servers: options.servers, applications });
  const ids = Array.from({ length: applications }, (_, at) => applicationId(at));
  const components = slots.flatMap((slot) => componentsOf(slot, random));
  const servers = Array.from({ length: options.servers }, (_, at) => serverOf(at, slots, options));
  return {
    servers,
    components,
    applications: ids.map((id) => applicationOf(id, random)),
    relations: relationsOf(inventoryOf(components), ids, random),
    batchJobs: batchJobsOf(servers, slots, random),
    monitors: servers.map(monitorOf),
  };
}

const KINDS: Readonly<Record<Tier, { kind: string; team: string; port: number }>> = {
  web: { kind: 'nginx', team: 'team-web', port: 8080 },
  app: { kind: 'tomcat', team: 'team-java', port: 9080 },
  db: { kind: 'postgresql', team: 'team-dba', port: 5432 },
};

function serverId(index: number): string {
  return `srv-${String(index + 1).padStart(4, '0')}`;
}

function slotName({ application, tier, number }: Slot): string {
  return `${applicationId(application)}-${tier}-${String(number).padStart(2, '0')}`;
}

function serverOf(
  index: number,
  slots: readonly Slot[],
  { port, addressBase = '127.10' }: LandscapeOptions,
): Server {
  const slot = slots.find(({ server }) => server === index);
  if (slot === undefined) throw new RangeError(`no slot for server ${index}`);
  return {
    id: serverId(index),
    name: slotName(slot),
    address: loopbackAddress(addressBase, index),
    port,
    os: 'debian-12',
    zone: 'dc1',
    site: index % 2 === 0 ? 'cologne' : 'berlin',
    environment: 'production',
    owner: 'team-linux',
    tags: [slot.tier, slot.number % 2 === 1 ? 'blue' : 'green'],
  };
}

/** One database per member of a cluster, else two; three or four instances of a web or application server. */
function componentsOf(slot: Slot, random: Random): Component[] {
  const instances = slot.tier === 'db' ? (slot.isClustered ? 1 : 2) : random() < 0.65 ? 4 : 3;
  return Array.from({ length: instances }, (_, at) => componentOf(slot, at));
}

function componentOf(slot: Slot, instance: number): Component {
  const { kind, team, port } = KINDS[slot.tier];
  const application = applicationId(slot.application);
  const letter = String.fromCharCode('a'.charCodeAt(0) + instance);
  const name = `${slotName(slot)}${letter}`;
  return {
    id: name,
    name,
    kind,
    tier: slot.tier,
    server: serverId(slot.server),
    application,
    ...(slot.isClustered && { cluster: `${application}-db` }),
    owner: team,
    unit: slot.tier === 'db' ? `${kind}@15-${application}-${letter}` : `${kind}@${application}-${letter}`,
    // Tiers may share a server, and so may applications: the slot keeps their ports apart.
    attributes: { port: port + instance + 10 * (slot.application % 90) },
  };
}

function applicationOf(id: string, random: Random): Application {
  const criticality = pick(random, ['low', 'medium', 'medium', 'high'] as const);
  return { id, name: titleOf(id), owner: `team-${id}`, criticality };
}

/** About eight batch jobs for every ten servers, on three in ten of them: no web servers where others will do. */
function batchJobsOf(servers: readonly Server[], slots: readonly Slot[], random: Random): BatchJob[] {
  const wanted = Math.ceil(servers.length * 0.8);
  const shuffled = [...slots].map((slot) => ({ slot, rank: random() + (slot.tier === 'web' ? 1 : 0) }));
  shuffled.sort((a, b) => a.rank - b.rank);
  const indexes = [...new Set(shuffled.map(({ slot }) => slot.server))];
  const chosen = indexes.slice(0, Math.ceil(servers.length * 0.3));
  return Array.from({ length: wanted }, (_, at) => {
    const host = servers[chosen[at % chosen.length] ?? 0];
    if (host === undefined) throw new RangeError('no server for a batch job');
    return batchJobOf(host, Math.floor(at / chosen.length), at);
  });
}

function batchJobOf(host: Server, numberOnHost: number, at: number): BatchJob {
  const word = BATCH_NAMES[numberOnHost % BATCH_NAMES.length] ?? 'batch';
  const id = `${word}-${host.name}`;
  const where = { id, name: id, server: host.id };
  return at % 2 === 0
    ? { ...where, system: 'cron', ref: { file: `/etc/cron.d/${id}` } }
    : { ...where, system: 'systemd-timer', ref: { unit: `${id}.timer` } };
}

function monitorOf({ id, name }: Server): Monitor {
  return { id: `mon-${id}`, ci: id, system: 'alertmanager', ref: { instance: name } };
}
