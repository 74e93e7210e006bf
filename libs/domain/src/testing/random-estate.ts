import type {
  BrokenRelation,
  BusinessGate,
  Component,
  KindProcedure,
  Landscape,
  Match,
  OwnJob,
  Policy,
  Server,
  Wave,
  WaveGate,
} from '@patchtide/contracts';
import { batchJob, component, landscapeOf } from './landscapes';
import { aPolicy } from './plans';
import { chance, type Draw, pick, pickSome } from './random';

const TIERS = ['web', 'app', 'db'] as const;
const KINDS = ['service', 'queue', 'agent'] as const;
const PATCHED_APART: KindProcedure = {
  stop: { unit: 'stop' },
  start: { unit: 'start' },
  patch: { command: ['opatch', 'apply'] },
};

/** One to `maxServers` servers with up to three components each, clusters, relations across applications, and no cycle. */
export function randomLandscape(draw: Draw, maxServers = 25): Landscape {
  const servers = Array.from({ length: 1 + draw(maxServers - 1) }, (_, i) => randomServer(draw, i));
  const pools = Array.from({ length: 1 + draw(1) }, (_, i) => randomPool(draw, `pool${i}`, servers)).flat();
  const components = [...pools, ...servers.flatMap((server) => randomComponents(draw, server.id))];
  const batchJobs = pickSome(draw, servers, 25).map((server) => batchJob(`batch-${server.id}`, server.id));
  const cis = [...servers, ...components, ...batchJobs].map((ci) => ci.id);
  return landscapeOf({
    servers,
    components,
    needs: randomNeeds(draw, components, pools.length),
    runsOn: pickSome(draw, components, 8).map((c) => [
      c.id,
      servers[draw(servers.length - 1)]?.id ?? c.server,
    ]),
    batchJobs,
    monitored: pickSome(draw, cis, 40),
  });
}

function randomServer(draw: Draw, i: number): Server {
  const id = `s${String(i).padStart(2, '0')}`;
  const os = chance(draw, 94) ? 'debian-12' : 'aix-7';
  const site = pick(draw, ['bonn', 'cologne']);
  const zone = pick(draw, ['dmz', 'inner']);
  const tags = chance(draw, 20) ? ['blue'] : [];
  return { id, name: id, address: `10.1.0.${i}`, os, site, zone, tags };
}

function randomComponents(draw: Draw, server: string): Component[] {
  return Array.from({ length: draw(3) }, (_, i) => {
    const application = pick(draw, ['crm', 'shop', 'erp', 'mail']);
    const tier = pick(draw, TIERS);
    const cluster = chance(draw, 35) ? { cluster: `${application}-${tier}` } : {};
    const role = chance(draw, 10) ? { attributes: { role: 'primary' } } : {};
    const kind = pick(draw, KINDS);
    return component(`c-${server}-${i}`, { server, application, tier, kind, ...cluster, ...role });
  });
}

/** A cluster that needs nothing, so that its members can mostly be taken one after the other. */
function randomPool(draw: Draw, cluster: string, servers: readonly Server[]): Component[] {
  return pickSome(draw, servers, 30).map(({ id: server }) =>
    component(`${cluster}-${server}`, { server, application: cluster, cluster }),
  );
}

/** Relations lead from a later to an earlier component, so that no circle closes; the first `independent` need nothing. */
function randomNeeds(draw: Draw, components: readonly Component[], independent: number): [string, string][] {
  return components.flatMap((from, i) => {
    if (i < Math.max(1, independent) || chance(draw, 45)) return [];
    const targets = Array.from({ length: 1 + draw(1) }, () => components[draw(i - 1)]?.id ?? '');
    return [...new Set(targets)].filter((to) => to !== from.id).map((to): [string, string] => [from.id, to]);
  });
}

/** A policy with random limits, waves, budgets, reactions and modes. */
export function randomPolicy(draw: Draw): Policy {
  const maybe = <T>(percent: number, value: () => T): T | undefined =>
    chance(draw, percent) ? value() : undefined;
  const amount = () => pick<number | string>(draw, [0, 1, 2, 5, '10%', '50%']);
  const limits = {
    campaign: maybe(50, () => 1 + draw(9)),
    site: maybe(25, () => 1 + draw(5)),
    zone: maybe(20, () => 1 + draw(5)),
    application: maybe(25, () => 1 + draw(4)),
    tier: maybe(20, () => 1 + draw(4)),
    cluster: maybe(80, () => 1 + draw(2)),
  };
  const budgets = {
    campaign: maybe(50, amount),
    application: maybe(30, amount),
    cluster: maybe(30, amount),
    tier: maybe(30, () => ({ db: amount() })),
  };
  return aPolicy({
    limits: given(limits),
    budgets: given(budgets),
    waves: pick(draw, [[{ name: 'all' }], [{ name: 'all' }], randomWaves(draw)]),
    gates: randomGates(draw),
    reboot: pick(draw, ['if-needed', 'always', 'never']),
    clusters: { default: pick(draw, ['limited', 'limited', 'quorum', 'full-stop']) },
    outsideDependents: pick(draw, ['stop-too', 'stop-too', 'warn', 'exclude']),
    kinds: {
      queue: chance(draw, 50) ? PATCHED_APART : {},
      agent: { safeToKeep: chance(draw, 50) },
    },
    jobs: chance(draw, 60) ? Array.from({ length: 1 + draw(3) }, (_, i) => randomOwnJob(draw, i)) : [],
    reactions: [
      ...(chance(draw, 50)
        ? [{ on: 'failed' as const, action: 'START' as const, retry: 2, delay: '30s' }]
        : []),
      ...(chance(draw, 40) ? [{ on: 'unreachable' as const, retry: 3, delay: '1m' }] : []),
      ...(chance(draw, 30) ? [{ on: 'unknown' as const, retry: 1, delay: '5m' }] : []),
    ],
  });
}

const STEPS = { steps: { command: ['/usr/local/sbin/own-job', '{name}'] } };
const BY_HAND = { instructions: 'Look at it.' };

function randomOwnJob(draw: Draw, i: number): OwnJob {
  const action = pick(draw, ['CHECK', 'PATCH', 'MANUAL'] as const);
  const at =
    action === 'PATCH'
      ? pick(draw, ['stopped', 'patched', 'verified'] as const)
      : pick(draw, ['before', 'stopped', 'patched', 'verified', 'after'] as const);
  const per = pick(draw, ['server', 'component'] as const);
  const match = pick<Match | null>(draw, [null, null, { tier: 'db' }, { tag: 'blue' }, { os: 'debian' }]);
  const work = action === 'MANUAL' ? BY_HAND : STEPS;
  return { name: `own-${i}`, action, per, at, ...(match === null ? {} : { match }), ...work };
}

/** The landscape with some relations turned into circles, and the relations that a policy has to break so that it can be planned. */
export function withBrokenCircles(
  draw: Draw,
  landscape: Landscape,
): { landscape: Landscape; breaks: BrokenRelation[] } {
  const needs = landscape.relations.filter(({ type }) => type === 'dependsOn');
  const turned = chance(draw, 60) ? [] : pickSome(draw, needs, 10);
  const known = new Set(needs.map(({ from, to }) => `${from} ${to}`));
  const back = turned.filter(({ from, to }) => !known.has(`${to} ${from}`));
  const breaks = back.map(({ from, to }) => ({ from: to, to: from, ...ANSWERED_FOR }));
  const closing = breaks.map(({ from, to }) => ({ type: 'dependsOn' as const, from, to }));
  return { landscape: { ...landscape, relations: [...landscape.relations, ...closing] }, breaks };
}

const ANSWERED_FOR = { owner: 'team-linux', reason: 'they start in any order', until: '2099-12-31' };

function randomWaves(draw: Draw): Wave[] {
  const canary = { name: 'canary', share: `${1 + draw(40)}%`, soak: `${draw(20)}m`, ...randomWaveGate(draw) };
  return chance(draw, 50)
    ? [canary, { name: 'rest' }]
    : [canary, { name: 'half', share: '30%', ...randomWaveGate(draw) }, { name: 'rest' }];
}

function randomWaveGate(draw: Draw): Pick<Wave, 'gate'> {
  const gate: WaveGate = {
    ...(chance(draw, 50) ? { failures: draw(2) } : {}),
    ...(chance(draw, 40) ? { incidents: draw(2) } : {}),
    ...(chance(draw, 30) ? { checks: 'passed' as const } : {}),
  };
  return chance(draw, 50) && Object.keys(gate).length > 0 ? { gate } : {};
}

function randomGates(draw: Draw): BusinessGate[] {
  const gates = [{ name: 'month-end-closed' }, { name: 'shop-quiet', match: { application: 'shop' } }];
  return chance(draw, 70) ? [] : pickSome(draw, gates, 70);
}

/** Without what is undefined: an absent limit is no limit. */
function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** What the change asks for: mostly everything, sometimes a part. */
export function randomScope(draw: Draw, landscape: Landscape): { servers?: string[] } {
  if (chance(draw, 70)) return {};
  const servers = pickSome(
    draw,
    landscape.servers.map((server) => server.id),
    50,
  );
  return servers.length > 0 ? { servers } : {};
}
