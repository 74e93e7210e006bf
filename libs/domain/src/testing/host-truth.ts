import type { Landscape, Plan, PlanJob, Policy } from '@patchtide/contracts';
import { givesBack, obligationOf } from '../campaign/state';
import { grouped } from '../grouped';
import { predecessorsOf } from './plans';

type Power = 'up' | 'changing' | 'down';

/** What is really the case on the hosts, whatever anybody reports; it objects to every act that breaks a rule. */
export class HostTruth {
  /** By obligation: a component that runs on several servers is up or down on each of them. */
  private readonly power = new Map<string, Power>();
  private readonly suppressed = new Set<string>();
  /** Attempts that execute at this moment, by job. */
  private readonly executing = new Map<string, string>();
  private readonly executed = new Set<string>();
  /** Obligations that a person signed for, or took into their own hands against the order. */
  private readonly excused = new Set<string>();
  private readonly hosts: ReadonlyMap<string, readonly string[]>;
  private readonly jobs: ReadonlyMap<string, PlanJob>;
  /** The stops of each component, that on its own server first. */
  private readonly stops: ReadonlyMap<string, readonly PlanJob[]>;
  /** Relations that the policy breaks do not order anything. */
  private readonly broken: ReadonlySet<string>;

  constructor(
    private readonly landscape: Landscape,
    private readonly plan: Plan,
    { breaks = [] }: Pick<Policy, 'breaks'> = {},
  ) {
    this.jobs = new Map(plan.jobs.map((job) => [job.id, job]));
    this.stops = grouped(
      plan.jobs.filter((job) => job.action === 'STOP'),
      (job) => job.ci,
    );
    this.broken = new Set(breaks.map(({ from, to }) => `${from} ${to}`));
    this.hosts = new Map(landscape.components.map((c) => [c.id, this.hostsOf(c.id, c.server)]));
  }

  /** An attempt begins to execute on its host. */
  begin(job: PlanJob, attemptId: string): void {
    const other = this.executing.get(job.id);
    if (other !== undefined) broken(5, `${attemptId} begins while ${other} executes`);
    if (this.executed.has(attemptId)) broken(5, `${attemptId} executes twice`);
    this.executed.add(attemptId);
    this.checkOrder(job);
    this.executing.set(job.id, attemptId);
    const obligation = obligationOf(job);
    if (obligation?.kind === 'stopped') this.power.set(obligation.id, 'changing');
  }

  /** An attempt ends; `took` says whether it had its effect, which a failure does not tell. */
  end(job: PlanJob, took: boolean): void {
    this.executing.delete(job.id);
    this.settle(job, took === givesBack(job));
  }

  /** A person did this job's work by hand. */
  doneByHand(job: PlanJob): void {
    this.executing.delete(job.id);
    this.settle(job, givesBack(job));
    if (givesBack(job)) this.excuse(job);
  }

  /** A person works on the host from now on. */
  inHand(job: PlanJob): void {
    if (obligationOf(job) === null) this.executing.set(job.id, 'a person');
  }

  outOfHand(job: PlanJob): void {
    this.executing.delete(job.id);
  }

  /** A person signed for it, or decided against the order. */
  excuse(job: PlanJob): void {
    const obligation = obligationOf(job);
    if (obligation) this.excused.add(obligation.id);
  }

  membersDown(members: readonly string[]): number {
    return members.filter((id) => this.powerOf(this.stops.get(id)?.[0]) !== 'up').length;
  }

  /** At the end of a campaign everything is back, except what a person signed for. */
  checkGivenBack(): void {
    for (const job of this.jobs.values()) {
      const obligation = obligationOf(job);
      if (!obligation || this.excused.has(obligation.id)) continue;
      const isBack = job.action === 'STOP' ? this.powerOf(job) === 'up' : !this.suppressed.has(obligation.id);
      if (givesBack(job) || isBack) continue;
      broken(7, `the campaign closed, and ${obligation.id} is not given back`);
    }
  }

  private settle(job: PlanJob, isBack: boolean): void {
    const obligation = obligationOf(job);
    if (obligation?.kind === 'stopped') this.power.set(obligation.id, isBack ? 'up' : 'down');
    else if (obligation && isBack) this.suppressed.delete(obligation.id);
    else if (obligation) this.suppressed.add(obligation.id);
  }

  private checkOrder(job: PlanJob): void {
    if (job.action === 'STOP') this.checkStop(job);
    else if (job.action === 'START') this.checkStart(job);
    else if (job.action === 'PATCH' || job.action === 'REBOOT') this.checkServerDown(job);
    else if (givesBack(job)) this.checkIdle(job, [job.server]);
  }

  private checkStop(job: PlanJob): void {
    for (const { from, to } of this.ordering()) {
      const dependent = to === job.ci ? this.otherThan('down', from) : null;
      if (dependent) broken(2, `${job.id} begins while ${from}, which depends on it, is ${dependent}`);
    }
    for (const server of this.hosts.get(job.ci) ?? []) this.checkSuppressed(job, server);
  }

  private ordering() {
    return this.landscape.relations.filter(
      ({ type, from, to }) => type === 'dependsOn' && !this.broken.has(`${from} ${to}`),
    );
  }

  private checkSuppressed(job: PlanJob, server: string): void {
    for (const other of this.jobs.values()) {
      const obligation = other.server === server && other.action !== 'STOP' ? obligationOf(other) : null;
      if (!obligation || givesBack(other) || this.excused.has(obligation.id)) continue;
      if (!this.suppressed.has(obligation.id))
        broken(2, `${job.id} begins before ${other.id} has had its effect`);
    }
  }

  private checkStart(job: PlanJob): void {
    for (const { from, to } of this.ordering()) {
      const needed = from === job.ci ? this.otherThan('up', to) : null;
      if (needed) broken(2, `${job.id} begins while ${to}, which it needs, is ${needed}`);
    }
    this.checkIdle(job, this.hosts.get(job.ci) ?? []);
  }

  /** No patch and no reboot executes on these servers, nor anything else that is to end before. */
  private checkIdle(job: PlanJob, servers: readonly string[]): void {
    const before = predecessorsOf(this.plan, job.id);
    for (const id of this.executing.keys()) {
      const work = this.jobs.get(id);
      if (!work || obligationOf(work) !== null || !servers.includes(work.server)) continue;
      if (work.action === 'PATCH' || work.action === 'REBOOT' || before.has(id))
        broken(1, `${job.id} begins while ${id} executes`);
    }
  }

  private checkServerDown(job: PlanJob): void {
    for (const [id, hosts] of this.hosts) {
      const power = hosts.includes(job.server) ? this.otherThan('down', id) : null;
      if (power) broken(1, `${job.id} begins while ${id} is ${power}`);
    }
  }

  /** What a planned component is anywhere, other than it should be and without a signature; null when it is as it should. */
  private otherThan(wanted: Power, component: string): Power | null {
    for (const stop of this.stops.get(component) ?? []) {
      const power = this.powerOf(stop);
      if (power !== wanted && !this.excused.has(obligationOf(stop)?.id ?? '')) return power;
    }
    return null;
  }

  private powerOf(stop: PlanJob | undefined): Power {
    return this.power.get((stop && obligationOf(stop)?.id) ?? '') ?? 'up';
  }

  private hostsOf(component: string, server: string): string[] {
    const also = this.landscape.relations.filter((r) => r.type === 'runsOn' && r.from === component);
    return [server, ...also.map((r) => r.to)];
  }
}

/** Ends a simulation with the rule of design.md that was broken. */
export function broken(rule: number, what: string): never {
  throw new Error(`rule ${rule} is broken: ${what}`);
}
