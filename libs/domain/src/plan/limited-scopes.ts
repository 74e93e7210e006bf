import type { PlanLimits, PlanServer } from '@patchtide/contracts';
import { own } from '../own';
import type { Schedulable } from './plan-index';

/** A scope of which a limit says how many of its jobs may run at the same time. */
export interface LimitedScope {
  /** As people are told of it: `site cologne`. */
  readonly name: string;
  readonly limit: number;
  /** Its number among the scopes met so far, from 0 on. */
  readonly number: number;
}

type Named = Readonly<Record<string, number>>;

/** In which limited scopes jobs count while they run. Every scope is one object, so that it can be counted by its number. */
export class LimitedScopes {
  private count = 0;
  /** By what they are, then by name; null for what has no limit. */
  private readonly known = new Map<string, Map<string, LimitedScope | null>>();
  private readonly ofServers = new Map<string, readonly LimitedScope[]>();
  private readonly ofParts = new Map<string, readonly LimitedScope[]>();
  readonly campaign: LimitedScope | null;
  /** Without such limits a job counts where its server does. */
  private readonly areParts: boolean;

  constructor(
    private readonly limits: PlanLimits,
    private readonly servers: Readonly<Record<string, PlanServer>>,
  ) {
    this.campaign = limits.campaign === null ? null : this.add('the campaign', limits.campaign);
    this.areParts = [limits.tier, limits.application].some((named) => Object.keys(named).length > 0);
  }

  /** The same list for jobs that count in the same scopes of one server. */
  of(job: Schedulable): readonly LimitedScope[] {
    const ofServer = this.ofServers.get(job.server) ?? this.ofServer(job.server);
    if (!this.areParts) return ofServer;
    const { application, applications, tier, server } = job;
    const names = application === null ? applications : [application];
    const key = `${server} ${tier} ${names.join()}`;
    const known = this.ofParts.get(key);
    if (known) return known;
    const tiers = tier === null ? [] : this.scope('tier', this.limits.tier, tier);
    const parts = names.flatMap((name) => this.scope('application', this.limits.application, name));
    const scopes = [...ofServer, ...tiers, ...parts];
    this.ofParts.set(key, scopes);
    return scopes;
  }

  private ofServer(id: string): readonly LimitedScope[] {
    const { site, zone, hypervisor, tags = [] } = own(this.servers, id) ?? {};
    const { limits } = this;
    const scopes = [
      ...(this.campaign === null ? [] : [this.campaign]),
      ...(site === undefined ? [] : this.scope('site', limits.site, site)),
      ...(zone === undefined ? [] : this.scope('zone', limits.zone, zone)),
      ...(hypervisor ? this.scope('hypervisor', limits.hypervisor, hypervisor) : []),
      ...tags.flatMap((tag) => this.scope('tag', limits.tag, tag)),
    ];
    this.ofServers.set(id, scopes);
    return scopes;
  }

  /** The scope of that name, in a list; an empty one where it has no limit. */
  private scope(what: string, named: Named, name: string): LimitedScope[] {
    const known = this.known.get(what) ?? new Map<string, LimitedScope | null>();
    this.known.set(what, known);
    let scope = known.get(name);
    if (scope === undefined) {
      const limit = own(named, name);
      scope = limit === undefined ? null : this.add(`${what} ${name}`, limit);
      known.set(name, scope);
    }
    return scope === null ? [] : [scope];
  }

  private add(name: string, limit: number): LimitedScope {
    this.count += 1;
    return { name, limit, number: this.count - 1 };
  }
}
