import type { TierApplication, TierHost } from './three-tier-estate';
import { hostWith, tierOf } from './three-tier-estate';
import type { TierPorts } from './three-tier-hosts';

const WINDOW_MS = 4 * 3_600_000;

/** A document as Patchtide reads it from a file; see docs/schemas. This library knows the shapes, not the code that reads them. */
export type Document = Readonly<Record<string, unknown>>;

/** What Patchtide needs to run a campaign over the estate. */
export interface TierDocuments {
  landscape: Document;
  policy: Document;
  change: Document;
}

/** The estate with its addresses. */
export interface TierSite {
  applications: readonly TierApplication[];
  spares: readonly TierHost[];
  ports: TierPorts;
  sshPort: number;
  addressOf: (name: string) => string;
}

/** Landscape, policy and change (its window begins at `nowMs` and takes four hours) of an estate. */
export function documentsOf(site: TierSite, nowMs: number): TierDocuments {
  return { landscape: landscapeOf(site), policy: policyOf(site), change: changeOf(nowMs) };
}

function landscapeOf(site: TierSite): Document {
  const hosts = [...site.applications.flatMap((each) => each.hosts), ...site.spares];
  return {
    servers: hosts.map(({ name, application }) => ({
      ...{ id: `srv-${name}`, name, address: site.addressOf(name), port: site.sshPort, os: 'debian-12' },
      ...{ zone: 'dc1', site: 'cologne', environment: 'production', owner: 'team-linux' },
      tags: [application === '' ? 'spare' : application],
    })),
    components: site.applications.flatMap((each) => componentsOf(each, site)),
    applications: site.applications.map(({ id, name, criticality }) => ({
      ...{ id, name, owner: `team-${id}`, criticality },
    })),
    relations: site.applications.flatMap(relationsOf),
    batchJobs: [],
    monitors: [],
  };
}

function componentsOf(application: TierApplication, site: TierSite): Document[] {
  return application.hosts.flatMap((host) => [
    componentOf(host, application, site),
    ...(host.role === 'lb' ? entriesOf(host, application) : []),
  ]);
}

function componentOf(host: TierHost, application: TierApplication, site: TierSite): Document {
  const { name, role } = host;
  const about = {
    ...{ id: name, name, tier: tierOf(role), server: `srv-${name}`, application: application.id },
    owner: `team-${application.id}`,
  };
  const page = (port: number, path: string): string => `http://${site.addressOf(name)}:${port}${path}`;
  const { ports } = site;
  switch (role) {
    case 'lb':
      return {
        ...{ ...about, kind: 'haproxy', unit: 'haproxy.service' },
        attributes: { port: ports.lb, url: page(ports.lb, '/lb') },
      };
    case 'web':
      return {
        ...{ ...about, kind: 'nginx', unit: 'nginx.service', ...clusterOf(host, application) },
        // Through the application to the database: a web server that starts last has all of it to show.
        attributes: { port: ports.web, url: page(ports.web, '/health') },
      };
    case 'app':
      return {
        ...{ ...about, kind: 'pt-app', unit: 'pt-app.service' },
        attributes: { port: ports.app, url: page(ports.app, '/health') },
      };
    default:
      return {
        ...{ ...about, kind: 'postgresql', unit: 'postgresql@15-main.service' },
        ...clusterOf(host, application),
        attributes: { role, port: ports.db, dataDirectory: '/var/lib/postgresql/15/main' },
      };
  }
}

/** The entries of a load balancer: they run where it runs, and each leads to one web server. */
function entriesOf(host: TierHost, application: TierApplication): Document[] {
  return webServersOf(application).map((web) => ({
    ...{
      id: entryOf(web),
      name: entryOf(web),
      kind: 'haproxy-server',
      tier: 'lb',
      server: `srv-${host.name}`,
    },
    ...{ application: application.id, owner: `team-${application.id}` },
    attributes: {
      ...{ backend: `${application.id}-web`, serverName: web.name, socket: '/run/haproxy/admin.sock' },
      drainSeconds: 30,
    },
  }));
}

/** `from` needs `to`. The replica has no relation: it serves while its primary is away, one at a time by their cluster. */
function relationsOf(application: TierApplication): Document[] {
  const needs = (from: string, to: string): Document => ({ type: 'dependsOn', from, to });
  const app = hostWith(application, 'app').name;
  const balancer = application.hosts.find(({ role }) => role === 'lb');
  const webs = webServersOf(application);
  return [
    ...(balancer
      ? webs.flatMap((web) => [needs(entryOf(web), web.name), needs(entryOf(web), balancer.name)])
      : []),
    ...webs.map((web) => needs(web.name, app)),
    needs(app, hostWith(application, 'primary').name),
  ];
}

function webServersOf(application: TierApplication): TierHost[] {
  return application.hosts.filter(({ role }) => role === 'web');
}

function entryOf(web: TierHost): string {
  return `entry-${web.name}`;
}

/** Hosts of one application that do the same stand in for each other. */
function clusterOf({ role }: TierHost, application: TierApplication): { cluster?: string } {
  const tier = tierOf(role);
  const members = application.hosts.filter((host) => tierOf(host.role) === tier);
  return members.length > 1 ? { cluster: `${application.id}-${tier}` } : {};
}

function policyOf(site: TierSite): Document {
  const hasShop = site.applications.some(({ id }) => id === 'shop');
  return {
    name: 'real-fleet',
    tiers: ['lb', 'web', 'app', 'db'],
    limits: { campaign: 12, cluster: 1 },
    // The web servers go down together, because the application server behind both of them does.
    ...(hasShop ? { clusters: { 'shop-web': 'full-stop' } } : {}),
    patch: { debian: 'apt' },
    reboot: 'always',
    kinds: {
      'pt-app': {
        verifyStarted: [
          { command: ['@unit-steady', '{unit}'] },
          { command: ['@http-ok', '{url}', 'ok'], timeout: '1m' },
        ],
      },
    },
    durations: { STOP: '10s', PATCH: '30s', REBOOT: '20s', VERIFY: '5s', START: '15s' },
    timeouts: { PATCH: '5m', REBOOT: '3m' },
  };
}

function changeOf(nowMs: number): Document {
  const at = (ms: number): string => new Date(ms).toISOString();
  return {
    id: 'CHG0000001',
    title: 'Release 2 on the real fleet',
    scope: { applications: [], servers: [], tags: [], sites: [] },
    window: { start: at(nowMs), end: at(nowMs + WINDOW_MS), timezone: 'Europe/Berlin' },
    policy: 'real-fleet',
    requestedBy: 'm.weber',
    approvals: [{ by: 'k.lindner', at: at(nowMs) }],
  };
}
