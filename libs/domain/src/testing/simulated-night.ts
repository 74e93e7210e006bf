import type { CampaignEvent, Landscape, Outcome, Plan, PlanJob, Policy } from '@patchtide/contracts';
import type { CampaignCommand } from '../campaign/commands';
import { decide, handle } from '../campaign/decide';
import {
  type Campaign,
  initialCampaign,
  isRestoring,
  type JobState,
  obligationOf,
  PATCHTIDE,
} from '../campaign/state';
import { conditionNames } from '../campaign/conditions';
import { waitingBecause } from '../campaign/waiting';
import { toInstant, toMs } from '../instant';
import { Rejected } from '../rejected';
import { fold } from './given';
import { broken, HostTruth } from './host-truth';
import { MINUTE_MS, SECOND_MS } from './night';
import { observable } from './observable';
import { aChange, digestOf, PLANNED_AT } from './plans';
import { chance, type Draw } from './random';
import { Referee } from './referee';
import { finishedReport, startedReport } from './reports';
import { tailsOf } from './tails';
import { type NightTimes, TimeBook } from './time-book';
import { type Attempt, CALM, type Happening, type Mood, playAttempt } from './simulated-fleet';
import { sayings } from './simulated-business';
import { helpfulCommand, randomCommand } from './simulated-operators';

const EPOCH = 1;
// A forecast at every look would take longer than the night.
const TICKS_PER_FORECAST = 15;

export interface Roughness extends Mood {
  /** Commands by people, per hundred happenings. */
  readonly commands: number;
  /** Restarts of campaign-control, per hundred happenings. */
  readonly crashes: number;
  /** Happenings after which the night turns calm: executors succeed and operators only help. */
  readonly roughFor: number;
}

export interface NightInput {
  readonly landscape: Landscape;
  readonly plan: Plan;
  /** Left out: the plan's windows, and no freeze. */
  readonly times?: NightTimes;
  /** The relations that the plan's policy breaks. */
  readonly breaks?: Policy['breaks'];
  readonly draw: Draw;
  readonly roughness: Roughness;
}

/**
 * A whole campaign against simulated hosts, executors and people, with a clock of its own. It ends with the campaign,
 * or throws when a rule is broken or the campaign does not come to its end.
 */
export class SimulatedNight {
  readonly events: CampaignEvent[] = [];
  campaign: Campaign = initialCampaign();
  private nowMs = toMs(PLANNED_AT);
  private readonly queue: { atMs: number; act: () => void }[] = [];
  private readonly truth: HostTruth;
  private readonly referee: Referee;
  private readonly plans: ReadonlyMap<string, Plan>;
  private happened = 0;
  private ticks = 0;

  constructor(private readonly input: NightInput) {
    const { plan, landscape, breaks = [] } = input;
    this.plans = new Map([[plan.digest, plan]]);
    this.truth = new HostTruth(landscape, plan, { breaks });
    const times = new TimeBook(plan, this.times);
    this.referee = new Referee(plan, this.change.requestedBy, this.truth, tailsOf(plan), times);
  }

  /** Plays until the campaign has closed, and delivers what was still on its way. */
  play(): void {
    this.open();
    const deadlineMs = toMs(this.input.plan.window.end) + 48 * 60 * MINUTE_MS;
    while (this.campaign.status !== 'closed') {
      this.next();
      if (this.nowMs > deadlineMs)
        broken(7, `the campaign is still ${this.campaign.status} two days after its window`);
    }
    this.compareWithReplay();
    while (this.queue.length > 0) this.next();
  }

  private get times(): NightTimes {
    return this.input.times ?? { windows: this.input.plan.windows, frozen: [] };
  }

  private get change() {
    const [window = this.input.plan.window, ...windows] = this.times.windows;
    return aChange({ window, windows });
  }

  private get at(): string {
    return toInstant(this.nowMs);
  }

  private get isCalm(): boolean {
    const isMorning = this.nowMs > toMs(this.input.plan.window.end) + 60 * MINUTE_MS;
    return isMorning || this.happened >= this.input.roughness.roughFor;
  }

  private open(): void {
    const { plan } = this.input;
    this.send({ type: 'SubmitChange', change: this.change, changeDigest: digestOf('d'), at: this.at });
    this.send({ type: 'AdoptPlan', plan, revision: 1, at: this.at });
    this.send({ type: 'Approve', planDigest: plan.digest, by: 'k.lindner', reason: '', at: this.at });
    this.nowMs = toMs(plan.window.start);
    this.announce();
    this.tick();
  }

  /** What the business will say in the course of the night. */
  private announce(): void {
    const { plan, draw } = this.input;
    const conditions = conditionNames({ plan });
    const openedMs = this.nowMs;
    const minutes = (toMs(plan.window.end) - openedMs) / MINUTE_MS;
    for (const [i, { afterMinutes, condition, met, untilMinutes }] of sayings(
      draw,
      conditions,
      minutes,
    ).entries()) {
      const until = untilMinutes === null ? {} : { until: toInstant(openedMs + untilMinutes * MINUTE_MS) };
      const word = { condition, met, ...until, by: 'accounting', publication: i + 1 };
      this.later({
        inMs: afterMinutes * MINUTE_MS,
        act: () => this.send({ type: 'RecordCondition', ...word, at: this.at }),
      });
    }
  }

  /** Plays the next happening; a clock that ticks every minute keeps the night going when nothing else does. */
  private next(): void {
    const { roughness, draw } = this.input;
    const soonest = this.queue.reduce(
      (best, item, i) => (item.atMs < (this.queue[best]?.atMs ?? 0) ? i : best),
      0,
    );
    const [happening] = this.queue.splice(soonest, 1);
    if (!happening) broken(7, 'nothing happens any more');
    this.nowMs = Math.max(this.nowMs, happening.atMs);
    this.happened += 1;
    happening.act();
    if (!this.isCalm && chance(draw, roughness.commands)) this.interfere();
    if (!this.isCalm && chance(draw, roughness.crashes)) this.crash();
  }

  private tick(): void {
    if (this.campaign.status === 'closed') return;
    this.send({ type: 'Advance', epoch: EPOCH, at: this.at });
    if ((this.ticks += 1) % TICKS_PER_FORECAST === 0) this.send({ type: 'Reforecast', at: this.at });
    this.checkReasons();
    if (this.isCalm) this.help();
    const isOver = this.nowMs > toMs(this.input.plan.window.end);
    this.later({ inMs: (isOver ? 15 : 1) * MINUTE_MS, act: () => this.tick() });
  }

  private later({ inMs, act }: Happening): void {
    this.queue.push({ atMs: this.nowMs + inMs, act });
  }

  private send(command: CampaignCommand): CampaignEvent[] {
    const events = handle(this.campaign, command, this.plans, EPOCH);
    for (const event of events) {
      this.events.push(event);
      this.referee.read(event);
      this.byHand(event);
      if (event.type === 'JobDispatched') this.carryOut(event.data);
    }
    this.referee.checkBudgets(this.campaign.execution?.exhausted ?? new Set());
    const isAdvanced = events.length > 0 || command.type === 'Advance';
    const more = isAdvanced ? decide(this.campaign, { type: 'Advance', epoch: EPOCH, at: this.at }) : [];
    if (more.length > 0) broken(8, `${more.map((event) => event.type).join(', ')} was due and not done`);
    return events;
  }

  private carryOut({
    job: id,
    attempt,
    attemptId,
  }: {
    job: string;
    attempt: number;
    attemptId: string;
  }): void {
    const { draw, roughness } = this.input;
    const job = this.stateOf(id).plan;
    const mood = this.isCalm ? CALM : roughness;
    const reports = {
      started: (of: Attempt) =>
        this.report(startedReport({ job: of.job.id, attempt: of.attempt, at: this.at })),
      finished: (of: Attempt, outcome: Outcome) => {
        this.referee.delivered(of.job.id, of.attempt, outcome);
        this.report(finishedReport({ job: of.job.id, attempt: of.attempt, at: this.at }, outcome));
      },
    };
    const happenings = playAttempt(draw, mood, { job, attempt, attemptId }, { truth: this.truth, reports });
    for (const happening of happenings) this.later(happening);
    const silence = () => this.send({ type: 'RecordSilence', job: id, attempt, at: this.at });
    this.later({ inMs: job.timeoutMs + 30 * SECOND_MS, act: silence });
  }

  private report(report: ReturnType<typeof startedReport> | ReturnType<typeof finishedReport>): void {
    this.send({ type: 'RecordReport', report, at: this.at });
  }

  private interfere(): void {
    const command = randomCommand(this.input.draw, this.campaign, this.at);
    if (!command) return;
    const before = observable(this.campaign);
    try {
      this.send(command);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      if (observable(this.campaign) !== before) broken(8, `a refused ${command.type} changed the campaign`);
    }
  }

  /** A careful operator answers until nothing is left to answer. */
  private help(): void {
    for (let i = 0; i < 1000; i++) {
      const command = helpfulCommand(this.campaign, this.at);
      if (!command) return;
      this.send(command);
    }
    broken(7, 'there is no end to what operators must do');
  }

  /** What people really do on the hosts when the campaign records that they did. */
  private byHand(event: CampaignEvent): void {
    switch (event.type) {
      case 'JobTakenOver':
        return this.takenOver(this.stateOf(event.data.job).plan);
      case 'JobHandedBack':
        return this.truth.outOfHand(this.stateOf(event.data.job).plan);
      case 'JobCompleted':
        return this.ended(this.stateOf(event.data.job).plan, true);
      case 'JobSkipped':
        if (event.data.by !== PATCHTIDE) this.ended(this.stateOf(event.data.job).plan, false);
        return;
      default:
    }
  }

  private takenOver(job: PlanJob): void {
    this.truth.inHand(job);
    if (obligationOf(job) !== null && chance(this.input.draw, 50)) this.truth.doneByHand(job);
  }

  private ended(job: PlanJob, isDone: boolean): void {
    this.truth.outOfHand(job);
    if (!isDone) this.truth.excuse(job);
    else if (this.referee.isOwed(job) || !this.isOnWayUp(job)) this.truth.doneByHand(job);
  }

  /** What is completed on the way up without owing anything is merely acknowledged. */
  private isOnWayUp({ group }: PlanJob): boolean {
    return this.campaign.execution !== null && isRestoring(this.campaign.execution, group);
  }

  /** campaign-control dies and another instance goes on with what was stored. */
  private crash(): void {
    this.compareWithReplay();
    const before = observable(this.campaign);
    decide(this.campaign, { type: 'Advance', epoch: EPOCH, at: this.at });
    if (observable(this.campaign) !== before)
      broken(8, 'a decision that was never stored changed the campaign');
    this.campaign = fold(this.input.plan, this.events);
  }

  private compareWithReplay(): void {
    const replayed = observable(fold(this.input.plan, this.events));
    if (replayed !== observable(this.campaign)) broken(8, 'the replayed campaign is another one');
  }

  private checkReasons(): void {
    if (this.campaign.status === 'closed') return;
    for (const job of this.campaign.execution?.jobs.values() ?? []) {
      const reason = waitingBecause(this.campaign, job, this.at);
      if ((reason === null) === (job.status === 'waiting'))
        broken(9, `${job.plan.id} gives the reason ${reason}`);
      if (reason === 'it is about to start') broken(9, `${job.plan.id} waits for no reason`);
    }
  }

  private stateOf(id: string): JobState {
    const job = this.campaign.execution?.jobs.get(id);
    if (!job) throw new Error(`no job ${id}`);
    return job;
  }
}
