import type { PlanLimits, PlanServer } from '@patchtide/contracts';
import { own } from '../own';
import { LimitedScopes } from './limited-scopes';
import type { Schedulable } from './plan-index';

/**
 * Counts what runs against the limits. A job counts in every scope it belongs to while it runs; a cluster counts a
 * member from the start of its STOP to the end of its START.
 */
export class Limiter {
  /** By number of the scope. */
  private readonly running: number[] = [];
  private readonly downIn = new Map<string, Set<string>>();
  private readonly scopes: LimitedScopes;

  constructor(
    private readonly limits: PlanLimits,
    servers: Readonly<Record<string, PlanServer>>,
  ) {
    this.scopes = new LimitedScopes(limits, servers);
  }

  /** Why the job may not start now; null when it may. */
  refusal(job: Schedulable): string | null {
    for (const { name, limit, number } of this.scopes.of(job)) {
      if ((this.running[number] ?? 0) >= limit)
        return `the limit of ${limit} running jobs for ${name} is reached`;
    }
    return this.clusterRefusal(job);
  }

  /** Whether no job at all may start, whatever its scope. */
  isFull(): boolean {
    const { campaign } = this.scopes;
    return campaign !== null && (this.running[campaign.number] ?? 0) >= campaign.limit;
  }

  start(job: Schedulable): void {
    this.count(job, 1);
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
    this.count(job, -1);
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

  private count(job: Schedulable, step: 1 | -1): void {
    for (const { number } of this.scopes.of(job)) this.running[number] = (this.running[number] ?? 0) + step;
  }
}
