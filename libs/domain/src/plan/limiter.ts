import type { PlanLimits, PlanServer } from '@patchtide/contracts';
import { own } from '../own';
import type { Schedulable } from './plan-index';

/**
 * Counts what runs against the limits. A job counts in every scope it belongs to while it runs; a cluster counts a
 * member from the start of its STOP to the end of its START.
 */
export class Limiter {
  private readonly running = new Map<string, number>();
  private readonly downIn = new Map<string, Set<string>>();

  constructor(
    private readonly limits: PlanLimits,
    private readonly servers: Readonly<Record<string, PlanServer>>,
  ) {}

  /** Why the job may not start now; null when it may. */
  refusal(job: Schedulable): string | null {
    for (const [scope, limit] of this.scopesOf(job)) {
      if ((this.running.get(scope) ?? 0) >= limit)
        return `the limit of ${limit} running jobs for ${scope} is reached`;
    }
    return this.clusterRefusal(job);
  }

  /** Whether no job at all may start, whatever its scope. */
  isFull(): boolean {
    return this.limits.campaign !== null && (this.running.get('the campaign') ?? 0) >= this.limits.campaign;
  }

  start(job: Schedulable): void {
    for (const [scope] of this.scopesOf(job)) this.running.set(scope, (this.running.get(scope) ?? 0) + 1);
    if (job.action === 'STOP') this.down(job);
  }

  /** Counts a start that is only being considered; the returned function takes it back. */
  claim(job: Schedulable): () => void {
    const wasDown = this.membersDown(job.cluster).has(job.ci);
    this.start(job);
    return () => {
      this.end(job);
      if (job.action === 'STOP' && !wasDown) this.up(job);
    };
  }

  end(job: Schedulable): void {
    for (const [scope] of this.scopesOf(job)) this.running.set(scope, (this.running.get(scope) ?? 0) - 1);
  }

  /** The component may be down from now on. */
  down(job: Schedulable): void {
    if (job.cluster !== null)
      this.downIn.set(job.cluster, new Set([...this.membersDown(job.cluster), job.ci]));
  }

  /** The component is known to be up again. */
  up(job: Schedulable): void {
    if (job.cluster !== null) this.downIn.get(job.cluster)?.delete(job.ci);
  }

  private clusterRefusal(job: Schedulable): string | null {
    if (job.action !== 'STOP' || job.cluster === null) return null;
    const limit = own(this.limits.cluster, job.cluster);
    // A member that is counted already, because its stop is tried again, still needs a place of its own.
    const others = [...this.membersDown(job.cluster)].filter((ci) => ci !== job.ci).length;
    if (limit === undefined || others < limit) return null;
    return `${others} of the ${limit} members that may be down together in cluster ${job.cluster} are down`;
  }

  private membersDown(cluster: string | null): ReadonlySet<string> {
    return (cluster === null ? undefined : this.downIn.get(cluster)) ?? new Set();
  }

  private *scopesOf(job: Schedulable): Iterable<[string, number]> {
    const { limits } = this;
    const server = this.servers[job.server];
    if (limits.campaign !== null) yield ['the campaign', limits.campaign];
    yield* named('site', limits.site, server?.site);
    yield* named('zone', limits.zone, server?.zone);
    if (job.tier !== null) yield* named('tier', limits.tier, job.tier);
    for (const application of job.application === null ? job.applications : [job.application]) {
      yield* named('application', limits.application, application);
    }
  }
}

function* named(
  what: string,
  limits: Readonly<Record<string, number>>,
  name: string | undefined,
): Iterable<[string, number]> {
  const limit = name === undefined ? undefined : own(limits, name);
  if (limit !== undefined) yield [`${what} ${name}`, limit];
}
