import type { AttemptAlive, CampaignEvent, Plan, Report } from '@patchtide/contracts';
import { type Campaign, type CampaignCommand, handle, Rejected } from '@patchtide/domain';
import type { CampaignLog, LoadedCampaign } from './campaign-log';
import type { WorkSender } from './work-sender';

export interface RunnerOptions {
  readonly id: string;
  /** Fencing number of this instance's lease. */
  readonly epoch: number;
  readonly now: () => Date;
  /** The campaign can no longer be run here: another instance appended, or the store refused for good. */
  readonly onLost: (error: unknown) => void;
}

interface Request {
  readonly command: CampaignCommand;
  readonly actor: string;
  readonly resolve: (events: readonly CampaignEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** An upper bound on what one append carries; the rest follows in the next. */
const MAX_BATCH = 500;

/**
 * Runs one campaign under a lease: takes commands one after the other, decides them, stores all that a batch led to in
 * one append, and only then lets the world know. What it holds in memory is a fold of the stream, nothing else.
 */
export class CampaignRunner {
  private readonly inbox: Request[] = [];
  private working = false;
  private lost: { error: unknown } | null = null;
  private version: number;

  constructor(
    private readonly log: CampaignLog,
    private readonly sender: WorkSender,
    private readonly loaded: LoadedCampaign,
    private readonly options: RunnerOptions,
  ) {
    this.version = loaded.version;
    if (loaded.campaign.execution)
      sender.adopt(loaded.campaign.execution, options.epoch, options.now().getTime());
  }

  get campaign(): Campaign {
    return this.loaded.campaign;
  }

  /** Decides a command; resolves with its events once they are stored. @throws Rejected when a rule says no */
  submit(command: CampaignCommand, actor: string): Promise<readonly CampaignEvent[]> {
    if (this.lost) return Promise.reject(this.lost.error);
    return new Promise((resolve, reject) => {
      this.inbox.push({ command, actor, resolve, reject });
      void this.work();
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
    if (isAlive(report)) return;
    await this.submit({ type: 'RecordReport', report, at: now.toISOString() }, report.executor);
  }

  /** What the clock asks for: lost orders, silent attempts, retries that are due, the window. */
  async tick(): Promise<void> {
    const now = this.options.now();
    const at = now.toISOString();
    const execution = this.campaign.execution;
    const silent = execution ? this.sender.watch(execution, now.getTime()) : [];
    await Promise.all([
      ...silent.map(({ job, attempt }) =>
        this.submit({ type: 'RecordSilence', job, attempt, at }, 'patchtide'),
      ),
      this.submit({ type: 'Advance', epoch: this.options.epoch, at }, 'patchtide'),
    ]);
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      while (this.inbox.length > 0 && !this.lost) await this.workBatch(this.inbox.splice(0, MAX_BATCH));
    } catch (error) {
      this.giveUp(error);
    } finally {
      this.working = false;
    }
  }

  private async workBatch(batch: readonly Request[]): Promise<void> {
    const decided: { request: Request; events: readonly CampaignEvent[] }[] = [];
    try {
      for (const request of batch) {
        const events = this.decide(request);
        if (events) decided.push({ request, events });
      }
      await this.store(
        decided.flatMap(({ events }) => events),
        batch[0],
      );
    } catch (error) {
      for (const request of batch) request.reject(error);
      throw error;
    }
    for (const { request, events } of decided) request.resolve(events);
  }

  private decide({ command, reject }: Request): CampaignEvent[] | null {
    try {
      return handle(this.campaign, command, this.loaded.plans, this.options.epoch);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      reject(error);
      return null;
    }
  }

  private async store(events: readonly CampaignEvent[], first: Request | undefined): Promise<void> {
    if (events.length === 0) return;
    const now = this.options.now();
    this.version = await this.log.append(events, this.version, {
      actor: first?.actor ?? 'patchtide',
      at: now.toISOString(),
    });
    if (this.campaign.execution) this.sender.dispatchAll(this.campaign.execution, events, now.getTime());
  }

  /** The state has moved past what is stored: it is of no use any more, and neither is this runner. */
  private giveUp(error: unknown): void {
    this.lost = { error };
    for (const request of this.inbox.splice(0)) request.reject(error);
    this.options.onLost(error);
  }
}

function isAlive(report: Report): report is AttemptAlive {
  return report.kind === 'alive';
}
