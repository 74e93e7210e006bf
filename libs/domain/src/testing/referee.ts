import type { CampaignEvent, Outcome, Plan, PlanJob } from '@patchtide/contracts';
import { givesBack, obligationOf } from '../campaign/state';
import { toMs } from '../instant';
import { broken, type HostTruth } from './host-truth';

type Facts<T extends CampaignEvent['type']> = Extract<CampaignEvent, { readonly type: T }>['data'];

/** Reads every event as it is decided, keeps its own books, and objects when a decision breaks a rule. */
export class Referee {
  private readonly jobs: ReadonlyMap<string, PlanJob>;
  private readonly members: ReadonlyMap<string, readonly string[]>;
  private readonly attempts = new Map<string, number>();
  private readonly running = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly owed = new Set<string>();
  private readonly openIncidents = new Set<string>();
  private readonly proven = new Set<string>();
  private readonly waves = new Set<string>();
  private readonly leftOut = new Set<string>();
  private isApproved = false;
  private isPaused = false;
  private isRestoring = false;
  private isClosed = false;

  constructor(
    private readonly plan: Plan,
    private readonly requestedBy: string,
    private readonly truth: HostTruth,
    private readonly tailMs: ReadonlyMap<string, number>,
  ) {
    this.jobs = new Map(plan.jobs.map((job) => [job.id, job]));
    const stops = plan.jobs.filter((job) => job.action === 'STOP');
    const clusters = Object.keys(plan.limits.cluster);
    this.members = new Map(
      clusters.map((name) => [name, stops.filter((job) => job.cluster === name).map((job) => job.ci)]),
    );
  }

  /** A report reaches the campaign. */
  delivered(job: string, attempt: number, outcome: Outcome): void {
    if (outcome === 'succeeded') this.proven.add(`${job}/${attempt}`);
  }

  /** Whether something is open that this job takes or gives back. */
  isOwed(job: PlanJob): boolean {
    const obligation = obligationOf(job);
    return obligation !== null && this.owed.has(obligation.id);
  }

  read(event: CampaignEvent): void {
    if (this.isClosed) broken(7, `${event.type} after the campaign closed`);
    switch (event.type) {
      case 'CampaignApproved':
        this.isApproved ||= event.data.by !== this.requestedBy;
        return;
      case 'CampaignStarted':
        if (!this.isApproved) broken(4, 'the campaign starts without a second person');
        return;
      case 'CampaignPaused':
      case 'CampaignResumed':
        this.isPaused = event.type === 'CampaignPaused';
        return;
      case 'RestoreBegan':
        this.isRestoring = true;
        this.isPaused = false;
        return;
      case 'WaveReleased':
        this.waves.add(event.data.wave);
        return;
      case 'ApplicationsLeftOut':
        this.leftOut.add(event.data.group);
        return;
      default:
        this.readJob(event);
    }
  }

  private readJob(event: CampaignEvent): void {
    switch (event.type) {
      case 'JobDispatched':
        return this.dispatched(event.data);
      case 'JobSucceeded':
        return this.succeeded(event.data);
      case 'JobFailed':
        this.running.delete(event.data.job);
        return;
      case 'JobSkipped':
      case 'JobCompleted':
        return this.finish(event.data.job);
      case 'JobTakenOver':
        if (this.running.has(event.data.job)) broken(5, `${event.data.job} is taken over while it runs`);
        return;
      default:
        this.readLedger(event);
    }
  }

  private readLedger(event: CampaignEvent): void {
    switch (event.type) {
      case 'ObligationOpened':
        if (this.owed.has(event.data.obligation)) broken(7, `${event.data.obligation} is opened twice`);
        this.owed.add(event.data.obligation);
        return;
      case 'ObligationDischarged':
        if (!this.owed.delete(event.data.obligation)) broken(7, `${event.data.obligation} was not open`);
        return;
      case 'IncidentOpened':
        this.openIncidents.add(event.data.incident);
        return;
      case 'IncidentResolved':
        if (!this.openIncidents.delete(event.data.incident)) broken(8, `${event.data.incident} was not open`);
        return;
      case 'CampaignClosed':
        return this.closed();
      default:
    }
  }

  private dispatched({ job: id, attempt, attemptId, at }: Facts<'JobDispatched'>): void {
    const job = this.jobs.get(id);
    if (!job) broken(8, `${id} is not in the plan`);
    if (attempt !== (this.attempts.get(id) ?? 0) + 1)
      broken(5, `${attemptId} does not follow the attempt before`);
    if (this.running.has(id) || this.ended.has(id))
      broken(5, `${attemptId} begins while the job runs or has ended`);
    this.attempts.set(id, attempt);
    this.checkMoment(job, toMs(at));
    this.running.add(id);
    this.checkLimits(job);
    if (job.action === 'STOP') this.checkCluster(job);
  }

  private checkMoment(job: PlanJob, now: number): void {
    const { window } = this.plan;
    if (this.isPaused) broken(4, `${job.id} begins in a pause`);
    if (now < toMs(window.start)) broken(4, `${job.id} begins before the window`);
    if (givesBack(job)) return;
    if (this.isRestoring || this.leftOut.has(job.group)) broken(6, `${job.id} takes away on the way up`);
    if (now >= toMs(window.end)) broken(4, `${job.id} begins after the window`);
    if (!this.waves.has(job.wave)) broken(4, `${job.id} begins before its wave`);
    const lastSafe = toMs(window.end) - (this.tailMs.get(job.id) ?? 0);
    if (job.action === 'STOP' && now > lastSafe) broken(6, `${job.id} begins after its last safe moment`);
  }

  private checkLimits(job: PlanJob): void {
    const { limits, servers } = this.plan;
    const server = servers[job.server];
    const applications = job.application === null ? job.applications : [job.application];
    const scopes: [number | null | undefined, (other: PlanJob) => boolean][] = [
      [limits.campaign, () => true],
      [limits.site[server?.site ?? ''], (other) => servers[other.server]?.site === server?.site],
      [limits.zone[server?.zone ?? ''], (other) => servers[other.server]?.zone === server?.zone],
      [job.tier === null ? null : limits.tier[job.tier], (other) => other.tier === job.tier],
      ...applications.map((name): [number | undefined, (other: PlanJob) => boolean] => [
        limits.application[name],
        (other) =>
          other.application === null ? other.applications.includes(name) : other.application === name,
      ]),
    ];
    const runs = [...this.running].flatMap((id) => this.jobs.get(id) ?? []);
    for (const [limit, counts] of scopes) {
      const count = runs.filter(counts).length;
      if (limit !== null && limit !== undefined && count > limit)
        broken(4, `${count} of ${limit} run with ${job.id}`);
    }
  }

  private checkCluster(job: PlanJob): void {
    const limit = this.plan.limits.cluster[job.cluster ?? ''];
    const members = this.members.get(job.cluster ?? '') ?? [];
    const stopping = members.filter((ci) => this.running.has(`stop-${ci}`));
    const others = members.filter((ci) => !stopping.includes(ci));
    const count = stopping.length + this.truth.membersDown(others);
    if (limit !== undefined && count > limit)
      broken(3, `${count} members of ${job.cluster} are down with ${job.id}`);
  }

  private succeeded({ job, attempt }: Facts<'JobSucceeded'>): void {
    if (!this.proven.has(`${job}/${attempt}`)) broken(9, `${job}/${attempt} succeeds without a report of it`);
    this.finish(job);
  }

  private finish(job: string): void {
    this.running.delete(job);
    if (this.ended.has(job)) broken(8, `${job} ends twice`);
    this.ended.add(job);
  }

  private closed(): void {
    this.isClosed = true;
    if (this.owed.size > 0) broken(7, `closed with ${[...this.owed].join(', ')} open`);
    if (this.running.size > 0) broken(7, `closed while ${[...this.running].join(', ')} run`);
    this.truth.checkGivenBack();
  }
}
