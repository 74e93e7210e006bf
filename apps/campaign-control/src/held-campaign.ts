import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { CampaignStatus } from '@patchtide/domain';
import type { EventStore } from '@patchtide/event-store';
import { type Bus, consume, consumers, type Consumption, type HandlerResult } from '@patchtide/messaging';
import { CampaignLog, type LoadedCampaign } from './campaign-log';
import { CampaignRunner, isRunElsewhere } from './campaign-runner';
import { ConditionWatch } from './condition-watch';
import type { Lease } from './leases';
import { parseReport } from './parse-report';
import { PlanWatch } from './plan-watch';
import { WorkSender } from './work-sender';

/** What a campaign or the directory tells the log about; `error` in the detail makes it a warning. */
export type Notice = (message: string, detail: Readonly<Record<string, unknown>>) => void;

export interface HeldOptions {
  readonly store: EventStore;
  readonly bus: Bus;
  readonly notice: Notice;
  /** Called after something was stored here. */
  readonly onAppended: () => void;
  readonly now: () => Date;
  /** The campaign can no longer be run here. */
  readonly onLost: (error: unknown) => void;
}

const REPORT_CONCURRENCY = 256;
/** What a killed instance had in its hands comes again when its campaigns have been taken over. */
const REPORT_ACK_WAIT_MS = 10_000;
/** When a report is offered again that came while another instance took the campaign over. */
const ELSEWHERE_MS = 250;
/** How long an end may take: for handlers of reports, and for what is being stored. */
const GRACE_MS = 1_000;
/** Nothing is due until somebody asks for something. */
const AT_REST: readonly CampaignStatus[] = ['none', 'rejected', 'closed'];

/** Loads a campaign that was just acquired. @throws whatever keeps its stream from being read or folded */
export async function takeCampaign(lease: Lease, options: HeldOptions): Promise<HeldCampaign> {
  const { store, notice, onAppended } = options;
  const { campaign } = lease;
  const stop = new AbortController();
  const onProblem = (error: unknown): void =>
    notice('the event store did not take an append', { campaign, error });
  const log = new CampaignLog(store, campaign, {
    newId: randomUUID,
    onProblem,
    onAppended,
    signal: stop.signal,
  });
  return new HeldCampaign(lease, { log, loaded: await log.load(), stop }, options);
}

/** One campaign in the hands of this instance: its runner, its clock, its reports, and the wait for its plan. */
export class HeldCampaign {
  readonly runner: CampaignRunner;
  private readonly plans: PlanWatch;
  private readonly conditions: ConditionWatch;
  private reports: Consumption | null = null;
  private turning: Promise<void> = Promise.resolve();
  private isTurning = false;
  private isFailing = false;

  constructor(
    readonly lease: Lease,
    private readonly own: {
      readonly log: CampaignLog;
      readonly loaded: LoadedCampaign;
      readonly stop: AbortController;
    },
    private readonly options: HeldOptions,
  ) {
    const { bus, notice, now, onLost } = options;
    const { campaign, epoch } = lease;
    const sender = new WorkSender(bus, (error, attemptId) =>
      notice('a work order was not taken by the bus', { campaign, attemptId, error }),
    );
    this.runner = new CampaignRunner(own.log, sender, own.loaded, { epoch, now, onLost });
    this.plans = new PlanWatch(options.store, own.log, campaign);
    this.conditions = new ConditionWatch(options.store, campaign);
  }

  /** Whether the campaign needs nobody until a command comes. */
  get isAtRest(): boolean {
    return this.runner.isIdle && AT_REST.includes(this.runner.campaign.status);
  }

  /** Does what the clock asks for, unless it is at that already. What fails is noticed, and tried at the next turn. */
  async turn(): Promise<void> {
    if (this.isTurning || this.own.stop.signal.aborted) return;
    this.isTurning = true;
    this.turning = this.takeTurn().finally(() => (this.isTurning = false));
    await this.turning;
  }

  /** Takes nothing more, lets what is underway end within a bounded time, and gives the other reports back. */
  async close(): Promise<void> {
    this.own.stop.abort();
    await this.reports?.drain(GRACE_MS);
    const ended = Promise.all([this.runner.close(), this.turning]);
    const bound = new AbortController();
    await Promise.race([ended, delay(GRACE_MS, undefined, { signal: bound.signal }).catch(() => undefined)]);
    bound.abort();
  }

  private async takeTurn(): Promise<void> {
    try {
      await this.lookForPlan();
      await this.lookForConditions();
      await this.listen();
      await this.runner.tick();
      this.isFailing = false;
    } catch (error) {
      // Once per series: a database that is away would fill the log. A lost runner has told its own story.
      const isNews = !this.isFailing && !this.own.stop.signal.aborted;
      if (isNews)
        this.options.notice('a campaign could not take its turn', { campaign: this.lease.campaign, error });
      this.isFailing = true;
    }
  }

  private async lookForPlan(): Promise<void> {
    const { campaign } = this.runner;
    if (campaign.status !== 'planning') return;
    const command = await this.plans.look(campaign.revision, this.options.now().toISOString());
    if (!command) return;
    if (command.type === 'AdoptPlan') this.runner.knowPlan(command.plan);
    await this.runner.submit(command, 'plan-generator');
  }

  private async lookForConditions(): Promise<void> {
    const { execution, status } = this.runner.campaign;
    if (!execution || AT_REST.includes(status)) return;
    const words = await this.conditions.look(execution, this.options.now().toISOString());
    for (const command of words) await this.runner.submit(command, command.by);
  }

  /** Reports are consumed from the moment there is a plan; before, nobody can have one. */
  private async listen(): Promise<void> {
    const { execution, status } = this.runner.campaign;
    if (this.reports || !execution || AT_REST.includes(status)) return;
    const { campaign } = this.lease;
    const tuning = { maxAckPending: REPORT_CONCURRENCY * 4, ackWaitMs: REPORT_ACK_WAIT_MS };
    const hands = { concurrency: REPORT_CONCURRENCY, prefetch: REPORT_CONCURRENCY };
    const options = { ...consumers.reports(campaign, tuning), ...hands };
    this.reports = await consume(this.options.bus, options, ({ data }) => this.onReport(data));
    if (this.own.stop.signal.aborted) await this.reports.drain(0);
  }

  private async onReport(data: unknown): Promise<HandlerResult> {
    try {
      await this.runner.report(parseReport(this.lease.campaign, data));
      return 'ack';
    } catch (error) {
      if (isRunElsewhere(error)) return { nak: ELSEWHERE_MS };
      throw error;
    }
  }
}
