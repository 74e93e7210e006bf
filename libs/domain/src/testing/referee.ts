import type { CampaignEvent, Outcome, Plan, PlanJob } from '@patchtide/contracts';
import { givesBack, obligationOf, PATCHTIDE } from '../campaign/state';
import { toMs } from '../instant';
import { BudgetBook } from './budget-book';
import { GateBook } from './gate-book';
import { broken, type HostTruth } from './host-truth';
import type { TimeBook } from './time-book';

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
  private readonly lastFailure = new Map<string, string>();
  private readonly budgets: BudgetBook;
  private readonly gates: GateBook;
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
    private readonly times: TimeBook,
  ) {
    this.jobs = new Map(plan.jobs.map((job) => [job.id, job]));
    this.budgets = new BudgetBook(plan, this.jobs);
    this.gates = new GateBook(plan, this.jobs);
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

  /** What the campaign shows of its budgets is what its events say. */
  checkBudgets(exhausted: ReadonlySet<string>): void {
    const [shown, counted] = [exhausted, this.budgets.exhausted()].map((set) => [...set].sort().join());
    if (shown !== counted) broken(8, `used-up budgets are shown as [${shown}], but are [${counted}]`);
  }

  read(event: CampaignEvent): void {
    if (this.isClosed) broken(7, `${event.type} after the campaign closed`);
    this.budgets.read(event);
    this.gates.read(event);
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
        return this.failed(event.data);
      case 'JobSkipped':
        if (event.data.by !== PATCHTIDE && event.data.job.startsWith('stop-'))
          broken(1, `${event.data.job} is skipped`);
        return this.finish(event.data.job);
      case 'JobCompleted':
        return this.finish(event.data.job);
      case 'JobTakenOver':
        return this.takenOver(event.data);
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
    if (this.budgets.forbids(job)) broken(4, `${id} begins in a scope whose budget is used up`);
    this.running.add(id);
    this.checkLimits(job);
    if (job.action === 'STOP') this.checkCluster(job);
  }

  private takenOver({ job: id, at }: Facts<'JobTakenOver'>): void {
    if (this.running.has(id)) broken(5, `${id} is taken over while it runs`);
    const job = this.jobs.get(id);
    if (job && !givesBack(job)) this.times.checkStart(job, toMs(at));
  }

  private checkMoment(job: PlanJob, now: number): void {
    if (this.isPaused) broken(4, `${job.id} begins in a pause`);
    if (now < toMs(this.plan.window.start)) broken(4, `${job.id} begins before the window`);
    if (!givesBack(job)) this.checkTaking(job, now);
  }

  private checkTaking(job: PlanJob, now: number): void {
    if (this.isRestoring || this.leftOut.has(job.group)) broken(6, `${job.id} takes away on the way up`);
    this.times.checkStart(job, now);
    this.gates.checkStart(job, now);
    const isLate = now > this.times.endMs(job) - (this.tailMs.get(job.id) ?? 0);
    if (job.action === 'STOP' && isLate) broken(6, `${job.id} begins after its last safe moment`);
  }

  private checkLimits(job: PlanJob): void {
    const runs = [...this.running].flatMap((id) => this.jobs.get(id) ?? []);
    for (const [limit, counts] of limitsOn(job, this.plan)) {
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

  private failed({ job, attempt, outcome }: Facts<'JobFailed'>): void {
    this.running.delete(job);
    const failure = `${job}/${attempt} ${outcome}`;
    if (this.lastFailure.get(job) === failure) broken(8, `${failure} is recorded twice`);
    this.lastFailure.set(job, failure);
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

type Limit = readonly [limit: number | null | undefined, counts: (other: PlanJob) => boolean];

/** Every limit that a job falls under, with the jobs that count in it. */
function limitsOn(job: PlanJob, { limits, servers }: Plan): Limit[] {
  const { site = '', zone = '' } = servers[job.server] ?? {};
  const applicationsOf = (other: PlanJob) =>
    other.application === null ? other.applications : [other.application];
  return [
    [limits.campaign, () => true],
    [limits.site[site], (other) => servers[other.server]?.site === site],
    [limits.zone[zone], (other) => servers[other.server]?.zone === zone],
    [limits.tier[job.tier ?? ''], (other) => other.tier === job.tier],
    ...applicationsOf(job).map((name): Limit => [
      limits.application[name],
      (other) => applicationsOf(other).includes(name),
    ]),
  ];
}
