import type { Change, Component, Landscape, Policy, Relation, Server } from '@patchtide/contracts';
import type { BenchHosts } from './hosts';

/** What the estate is made of. */
type Places = Pick<BenchHosts, 'port' | 'addresses' | 'bases'>;

export const CAMPAIGN = 'BENCH1';
/** Tasks on every host. */
export const TASKS = 6;

const TIERS = ['web', 'app', 'db'] as const;
const HOUR_MS = 3_600_000;

/**
 * An estate whose plan has six jobs of one `true` each on every host: three components, each stopped and started in
 * the order of their dependencies. Components stop because something is patched, so they all need a base service on
 * one server more per fifty hosts, and that server is what the change is about: four more jobs.
 */
export function estateOf({ addresses, bases, port }: Places): Landscape {
  const baseOf = (position: number): number => position % bases.length;
  return {
    servers: [
      ...addresses.map((address, n) => serverAt(`host-${n + 1}`, address, port)),
      ...bases.map((address, n) => serverAt(`base-${n + 1}`, address, port)),
    ],
    components: [
      ...addresses.flatMap((_, n) =>
        TIERS.map((tier) => componentOn(`host-${n + 1}`, tier, `application-${baseOf(n) + 1}`)),
      ),
      ...bases.map((_, n) => componentOn(`base-${n + 1}`, 'base', `application-${n + 1}`)),
    ],
    applications: bases.map((_, n) => ({ id: `application-${n + 1}`, name: `Application ${n + 1}` })),
    relations: addresses.flatMap((_, n): Relation[] => {
      const host = `host-${n + 1}`;
      const chain = [...TIERS.map((tier) => `${host}-${tier}`), `base-${baseOf(n) + 1}-base`];
      return chain.slice(1).map((to, at) => ({ type: 'dependsOn', from: chain[at] ?? '', to }));
    }),
    batchJobs: [],
    monitors: [],
  };
}

function serverAt(id: string, address: string, port: number): Server {
  return { id, name: id, address, port, os: 'debian-12' };
}

function componentOn(server: string, tier: string, application: string): Component {
  return { id: `${server}-${tier}`, name: `${server}-${tier}`, kind: 'task', tier, server, application };
}

/** The procedure: every stop and every start is one `true`. */
export function policyFor(parallel: number): Policy {
  return {
    name: 'bench',
    tiers: [...TIERS, 'base'],
    limits: { campaign: parallel },
    patch: { debian: 'apt' },
    reboot: 'never',
    kinds: { task: { stop: { command: ['true'] }, start: { command: ['true'] } } },
    durations: { STOP: '1s', START: '1s', PATCH: '1s', VERIFY: '1s' },
  };
}

/** The change that patches the servers of the base services, approved and in its window. */
export function changeAt(nowMs: number, { bases }: Pick<Places, 'bases'>): Change {
  const instant = (ms: number): string => new Date(ms).toISOString();
  return {
    id: CAMPAIGN,
    title: 'Six tasks on every host',
    scope: { servers: bases.map((_, n) => `base-${n + 1}`) },
    window: { start: instant(nowMs - 60_000), end: instant(nowMs + 4 * HOUR_MS), timezone: 'UTC' },
    policy: 'bench',
    requestedBy: 'bench',
    approvals: [{ by: 'second-person', at: instant(nowMs - HOUR_MS) }],
  };
}
