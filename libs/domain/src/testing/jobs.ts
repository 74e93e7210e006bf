import type { PlanLimits, PlanServer } from '@patchtide/contracts';
import type { Bounds } from '../plan/demand';
import type { Schedulable } from '../plan/plan-index';
import { chance, type Draw, pick, pickSome } from './random';

const NO_LIMITS: PlanLimits = {
  ...{ campaign: null, site: {}, zone: {}, application: {}, tier: {}, cluster: {}, hypervisor: {}, tag: {} },
};

/** A job of one minute on a server of its own, without a landscape behind it. */
export function aJob(id: string, more: Partial<Schedulable> = {}): Schedulable {
  return {
    ...{ id, action: 'PATCH', ci: id, server: `srv-${id}`, application: null, applications: [], tier: null },
    ...{ cluster: null, dependsOn: [], estimateMs: 60_000, group: `srv-${id}`, wave: 'all', window: 0 },
    ...more,
  };
}

export function aServer(id: string, more: Partial<PlanServer> = {}): PlanServer {
  const where = { zone: 'default', site: 'default', hypervisor: null, tags: [] };
  return { id, name: id, address: '10.0.0.1', port: 22, os: 'debian-12', owner: null, ...where, ...more };
}

/** What bounds jobs where nothing does; the servers of these jobs exist by being named. */
export function boundsOf(
  jobs: readonly Schedulable[],
  more: Partial<Omit<Bounds, 'limits' | 'servers'>> & {
    readonly limits?: Partial<PlanLimits>;
    readonly servers?: readonly PlanServer[];
  } = {},
): Bounds {
  const { limits, servers: given = [], ...rest } = more;
  const servers = [...jobs.map((job) => aServer(job.server)), ...given];
  return {
    waves: [{ name: 'all', soakMs: 0 }],
    startMs: 0,
    ...rest,
    limits: { ...NO_LIMITS, ...limits },
    servers: Object.fromEntries(servers.map((server) => [server.id, server])),
  };
}

/** Jobs with random waits for earlier ones, on a few servers at two sites, in two waves. */
export function randomJobs(draw: Draw, count: number): { jobs: Schedulable[]; bounds: Bounds } {
  const servers = Array.from({ length: 1 + draw(4) }, (_, i) =>
    aServer(`s${i}`, {
      ...{ site: pick(draw, ['bonn', 'cologne']), hypervisor: pick(draw, ['h1', 'h2', null]) },
      tags: pickSome(draw, ['blue', 'green'], 40),
    }),
  );
  const waves = ['canary', 'rest'] as const;
  const jobs: Schedulable[] = [];
  for (let i = 0; i < count; i++) {
    const wave = pick(draw, waves);
    const earlier = jobs.filter((job) => job.wave === wave).map(({ id }) => id);
    jobs.push(
      aJob(`j${String(i).padStart(3, '0')}`, {
        ...{ wave, dependsOn: pickSome(draw, earlier, 25), group: `g${draw(3)}`, estimateMs: draw(9) * 1000 },
        ...{ server: servers[draw(servers.length - 1)]?.id ?? 's0', tier: pick(draw, ['web', 'db', null]) },
        applications: pickSome(draw, ['crm', 'shop'], 50),
      }),
    );
  }
  const limit = (name: string): Record<string, number> => (chance(draw, 50) ? { [name]: 1 + draw(2) } : {});
  return {
    jobs,
    bounds: boundsOf(jobs, {
      ...{
        servers,
        waves: [
          { name: 'canary', soakMs: draw(5) * 1000 },
          { name: 'rest', soakMs: 0 },
        ],
      },
      limits: {
        campaign: chance(draw, 50) ? 1 + draw(4) : null,
        ...{ site: limit('bonn'), hypervisor: limit('h1'), tag: limit('blue'), tier: limit('db') },
        application: limit('crm'),
      },
      ...{ windows: [], freezes: randomFreezes(draw) },
    }),
  };
}

function randomFreezes(draw: Draw): NonNullable<Bounds['freezes']> {
  return Array.from({ length: draw(2) }, (_, i) => {
    const startMs = draw(40) * 1000;
    const [start = '', end = ''] = [startMs, startMs + draw(20) * 1000].map((ms) =>
      new Date(ms).toISOString(),
    );
    return { name: `freeze ${i}`, start, end, servers: chance(draw, 50) ? null : ['s0', 's1'] };
  });
}
