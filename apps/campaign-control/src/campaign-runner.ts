import type { CampaignEvent, Plan, Report } from '@patchtide/contracts';
import { type Campaign, type CampaignCommand, handle, Rejected } from '@patchtide/domain';
import { VersionConflict } from '@patchtide/event-store';
import type { CampaignLog, LoadedCampaign } from './campaign-log';
import { ForecastPace } from './forecast-pace';
import type { WorkSender } from './work-sender';

export interface RunnerOptions {
  /** Fencing number of this instance's lease. */
  readonly epoch: number;
  readonly now: () => Date;
  /** The campaign can no longer be run here: another instance appended, or the store refused for good. */
  readonly onLost: (error: unknown) => void;
}

/** Nothing of the command was done: this instance runs the campaign no longer. Ask whoever runs it now. */
export class CampaignLetGo extends Error {
  override readonly name = 'CampaignLetGo';
}

/** Whether an error says that another instance has the campaign. Nothing of what was asked is stored then. */
export function isRunElsewhere(error: unknown): boolean {
  return error instanceof VersionConflict || error instanceof CampaignLetGo;
}

interface Request {
  readonly command: CampaignCommand;
  readonly actor: string;
  readonly resolve: (events: readonly CampaignEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Decided {
  readonly request: Request;
  readonly events: readonly CampaignEvent[];
}

/** Upper bounds of what one batch takes on; the rest follows in the next. */
const MAX_BATCH = 500;
const ENOUGH_EVENTS = 4_000;

/** Who is behind what the clock asks for. */
const PATCHTIDE = 'patchtide';

/**
 * Runs one campaign under a lease: takes commands one after the other, decides them, stores all that a batch led to in
 * one append, and only then lets the world know. What it holds in memory is a fold of the stream, nothing else.
 */
export class CampaignRunner {
  private inbox: Request[] = [];
  private isWorking = false;
  private working: Promise<void> = Promise.resolve();
  private lost: Error | null = null;
  private version: number;
  private readonly pace = new ForecastPace();

  constructor(
    private readonly log: CampaignLog,
    private readonly sender: WorkSender,
    private readonly loaded: LoadedCampaign,
    private readonly options: RunnerOptions,
  ) {
    this.version = loaded.version;
    const { execution } = loaded.campaign;
    if (execution) sender.adopt(execution, options.epoch, options.now().getTime());
  }

  get campaign(): Campaign {
    return this.loaded.campaign;
  }

  /** Whether nothing waits to be decided or stored. */
  get isIdle(): boolean {
    return !this.isWorking;
  }

  /**
   * Decides a command; resolves with its events once they are stored.
   * @throws Rejected when a rule says no; CampaignLetGo or VersionConflict when another instance has the campaign
   */
  submit(command: CampaignCommand, actor: string): Promise<readonly CampaignEvent[]> {
    if (this.lost) return Promise.reject(this.lost);
    return new Promise((resolve, reject) => {
      this.inbox.push({ command, actor, resolve, reject });
      if (!this.isWorking) this.working = this.work();
    });
  }

  /** Makes a stored plan known, so that events may refer to it. */
  knowPlan(plan: Plan): void {
    this.loaded.plans.set(plan.digest, plan);
  }

  /** An executor's report; resolves when what it led to is stored. Signs of life are noted, not stored. */
  async report(report: Report): Promise<void> {
    const now = this.options.now();
    this.sender.seen(report.job, report.attempt, now.getTime());
    if (report.kind === 'alive') return;
    await this.submit({ type: 'RecordReport', report, at: now.toISOString() }, report.executor);
  }

  /** What the clock asks for: lost orders, silent attempts, retries that are due, the window, a new forecast. */
  async tick(): Promise<void> {
    const now = this.options.now();
    const at = now.toISOString();
    const { execution } = this.campaign;
    const silent = execution && !this.lost ? this.sender.watch(execution, now.getTime()) : [];
    await Promise.all([
      ...silent.map(({ job, attempt }) =>
        this.submit({ type: 'RecordSilence', job, attempt, at }, PATCHTIDE),
      ),
      this.submit({ type: 'Advance', epoch: this.options.epoch, at }, PATCHTIDE),
      ...(this.pace.isDue(now.getTime()) ? [this.submit({ type: 'Reforecast', at }, PATCHTIDE)] : []),
    ]);
  }

  /** Takes nothing more. Resolves when what is being stored has its answer; the rest is refused with `CampaignLetGo`. */
  async close(): Promise<void> {
    this.lost ??= new CampaignLetGo('the campaign is run elsewhere from now on');
    await this.working;
  }

  private async work(): Promise<void> {
    this.isWorking = true;
    try {
      while (this.inbox.length > 0 && !this.lost) await this.workBatch(this.nextBatch());
    } catch (error) {
      // The state has moved past what is stored: it is of no use any more, and neither is this runner.
      this.lost = error instanceof Error ? error : new Error(String(error));
      this.options.onLost(error);
    }
    for (const request of this.inbox.splice(0)) request.reject(this.lost);
    this.isWorking = false;
  }

  /** An append names one actor, so a batch has the requests of one: whoever waits longest. */
  private nextBatch(): Request[] {
    const actor = this.inbox[0]?.actor;
    const batch = this.inbox.filter((request) => request.actor === actor).slice(0, MAX_BATCH);
    const taken = new Set(batch);
    this.inbox = this.inbox.filter((request) => !taken.has(request));
    return batch;
  }

  private async workBatch(batch: readonly Request[]): Promise<void> {
    const decided: Decided[] = [];
    try {
      const left = this.decideAll(batch, decided);
      this.inbox.unshift(...left);
      await this.store(decided);
    } catch (error) {
      for (const request of batch) request.reject(error);
      throw error;
    }
    for (const { request, events } of decided) request.resolve(events);
  }

  /** Decides until there is enough for one append, and returns what is left over. */
  private decideAll(batch: readonly Request[], decided: Decided[]): readonly Request[] {
    let count = 0;
    for (const [index, request] of batch.entries()) {
      if (count >= ENOUGH_EVENTS) return batch.slice(index);
      const events = this.decide(request);
      if (events) decided.push({ request, events });
      count += events?.length ?? 0;
    }
    return [];
  }

  private decide({ command, reject }: Request): CampaignEvent[] | null {
    const began = performance.now();
    try {
      return handle(this.campaign, command, this.loaded.plans, this.options.epoch);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      reject(error);
      return null;
    } finally {
      if (command.type === 'Reforecast')
        this.pace.took(this.options.now().getTime(), performance.now() - began);
    }
  }

  private async store(decided: readonly Decided[]): Promise<void> {
    const events = decided.flatMap((one) => one.events);
    if (events.length === 0) return;
    const now = this.options.now();
    const cause = { actor: decided[0]?.request.actor ?? PATCHTIDE, at: now.toISOString() };
    this.version = await this.log.append(events, this.version, cause);
    if (this.campaign.execution) this.sender.dispatchAll(this.campaign.execution, events, now.getTime());
  }
}
