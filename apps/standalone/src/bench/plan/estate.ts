import type {
  Application,
  BatchJob,
  Change,
  Component,
  DurationEntry,
  DurationHistory,
  Landscape,
  Monitor,
  Policy,
  Relation,
  Server,
} from '@patchtide/contracts';

/** What decides how long the campaign takes. */
export const SHAPES = ['limit', 'path', 'neither', 'dense'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Estate {
  readonly landscape: Landscape;
  readonly policy: Policy;
  readonly change: Change;
  readonly history: DurationHistory;
}

interface ShapeOf {
  readonly limits: (servers: number) => NonNullable<Policy['limits']>;
  /** Members of the largest cluster that is taken one after the other. */
  readonly longestPool: (servers: number) => number;
  /** Relations of a component to components of other applications, on average. */
  readonly across: number;
}

const FEW_MEMBERS = (): number => 4;

/**
 * `limit`: few jobs at the same time; `path`: many at a time, but one large cluster member by member; `neither`: limits of
 * several scopes about as strict as the longest path; `dense`: as `limit`, with ten relations for each server.
 */
const SHAPES_OF: Readonly<Record<Shape, ShapeOf>> = {
  limit: {
    limits: (n) => ({ campaign: Math.max(12, Math.round(n * 0.06)), cluster: 1 }),
    longestPool: FEW_MEMBERS,
    across: 0.05,
  },
  path: {
    limits: (n) => ({ campaign: n, cluster: 1 }),
    longestPool: (n) => Math.max(12, Math.round(n * 0.02)),
    across: 0.05,
  },
  neither: {
    limits: (n) => ({
      ...{
        campaign: Math.max(20, Math.round(n * 0.15)),
        site: Math.max(6, Math.round(n * 0.04)),
        cluster: 1,
      },
      ...{ application: 2, hypervisor: 3 },
    }),
    longestPool: FEW_MEMBERS,
    across: 0.05,
  },
  dense: {
    limits: (n) => ({ campaign: Math.max(12, Math.round(n * 0.06)), cluster: 1 }),
    longestPool: FEW_MEMBERS,
    across: 9,
  },
};

const TIERS = ['web', 'app', 'db'] as const;
const SITES = ['cologne', 'bonn', 'berlin', 'trier'];
const WINDOW = {
  start: '2026-11-29T21:00:00.000Z',
  end: '2026-12-06T21:00:00.000Z',
  timezone: 'Europe/Berlin',
};

/** An estate of so many servers, the same every time: applications of three tiers, and clusters that stay up while they roll. */
export function estate(shape: Shape, servers: number): Estate {
  const { limits, longestPool, across } = SHAPES_OF[shape];
  const builder = new EstateBuilder(servers);
  builder.addPool(longestPool(servers));
  while (!builder.isFull) {
    if (builder.draw(5) === 0) builder.addPool(3 + builder.draw(3));
    else builder.addApplication(across);
  }
  const { pools } = builder;
  const policy: Policy = {
    ...{ name: 'bench', tiers: [...TIERS], patch: { debian: 'apt' }, limits: limits(servers) },
    clusters: {
      default: 'full-stop',
      ...Object.fromEntries(pools.map((pool) => [pool, 'limited' as const])),
    },
  };
  const change = {
    id: 'BENCH',
    title: 'bench',
    scope: {},
    window: WINDOW,
    policy: 'bench',
    requestedBy: 'bench',
  };
  return { landscape: builder.landscape(), policy, change, history: builder.history() };
}

class EstateBuilder {
  readonly pools: string[] = [];
  private readonly servers: Server[] = [];
  private readonly components: Component[] = [];
  private readonly applications: Application[] = [];
  private readonly relations: Relation[] = [];
  private readonly batchJobs: BatchJob[] = [];
  private readonly monitors: Monitor[] = [];
  private seed = 1;

  constructor(private readonly count: number) {}

  get isFull(): boolean {
    return this.servers.length >= this.count;
  }

  /** Interchangeable members, each on a server of its own, of which one may be down at a time. */
  addPool(members: number): void {
    const application = this.addOwner('pool');
    this.pools.push(application);
    this.addTier(application, 'app', members, application);
  }

  addApplication(across: number): void {
    const application = this.addOwner('app');
    const before = this.components.length;
    const tiers = TIERS.map((tier) =>
      this.addTier(application, tier, 1 + this.draw(4), `${application}-${tier}`),
    );
    tiers.slice(1).forEach((needed, i) => {
      for (const from of tiers[i] ?? []) for (const to of needed) this.relate(from, to);
    });
    for (const from of tiers.flat()) {
      const many = across < 1 ? Number(this.draw(100) < across * 100) : this.draw(2 * across + 1);
      // Neighbours only: what ties a whole estate together would leave one group and nothing to choose.
      const near = new Set(Array.from({ length: many }, () => Math.max(0, before - 1 - this.draw(40))));
      for (const to of near) this.relate(from, this.components[to]);
    }
  }

  landscape(): Landscape {
    const { servers, components, applications, relations, batchJobs, monitors } = this;
    return { servers, components, applications, relations, batchJobs, monitors };
  }

  /** What past campaigns tell: every server and component has its own pace. */
  history(): DurationHistory {
    const entry = (action: DurationEntry['action'], kind: string, ci: string): DurationEntry => {
      const p50Ms = Math.round((USUAL_MS[action] ?? 0) * (0.5 + this.draw(1500) / 1000));
      return { action, kind, ci, samples: 12, p50Ms, p90Ms: Math.round(p50Ms * 1.4), p99Ms: p50Ms * 2 };
    };
    return {
      entries: [
        ...this.servers.flatMap(({ id }) => [entry('PATCH', 'debian', id), entry('REBOOT', 'debian', id)]),
        ...this.components.flatMap(({ id, kind }) => [entry('STOP', kind, id), entry('START', kind, id)]),
      ],
    };
  }

  /** A whole number from 0 up to but not including `below`. */
  draw(below: number): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) | 0;
    return Math.floor(((this.seed >>> 8) / 2 ** 24) * below);
  }

  private addOwner(what: string): string {
    const id = `${what}-${String(this.applications.length).padStart(5, '0')}`;
    this.applications.push({ id, name: id, owner: 'bench' });
    return id;
  }

  private addTier(
    application: string,
    tier: Component['tier'],
    members: number,
    cluster: string,
  ): Component[] {
    return Array.from({ length: Math.min(members, this.count - this.servers.length) }, (_, i) => {
      const server = this.addServer();
      const id = `${application}-${tier}-${i}`;
      const component = {
        id,
        name: id,
        kind: 'service',
        tier,
        server,
        application,
        cluster,
        unit: `${id}.service`,
      };
      this.components.push(component);
      return component;
    });
  }

  private addServer(): string {
    const n = this.servers.length;
    const id = `srv-${String(n).padStart(6, '0')}`;
    const address = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    const place = {
      zone: `dc${n % 2}`,
      site: SITES[n % SITES.length] ?? '',
      hypervisor: `hv-${Math.floor(n / 20)}`,
    };
    this.servers.push({ id, name: id, address, os: 'debian-12', owner: 'bench', ...place });
    this.monitors.push({ id: `mon-${id}`, ci: id, system: 'alertmanager', ref: { instance: id } });
    if (n % 4 === 0) {
      const name = `batch-${id}`;
      this.batchJobs.push({ id: name, name, server: id, system: 'cron', ref: `/etc/cron.d/${name}` });
    }
    return id;
  }

  private relate(from: Component, to: Component | undefined): void {
    if (to && to !== from) this.relations.push({ type: 'dependsOn', from: from.id, to: to.id });
  }
}

const USUAL_MS: Readonly<Partial<Record<DurationEntry['action'], number>>> = {
  STOP: 30_000,
  PATCH: 600_000,
  REBOOT: 300_000,
  START: 60_000,
};
