import { type AttemptFinished, type Report, subjects, type WorkOrder } from '@patchtide/contracts';
import type { Bus } from './bus';

/** How an attempt ended, without whose it was. */
export type AttemptEnding = Omit<AttemptFinished, Whose>;
type Whose = 'kind' | 'campaign' | 'attemptId' | 'job' | 'attempt' | 'executor' | 'at';

export interface AttemptReportsOptions {
  /** Who reports. */
  readonly executor: string;
  readonly now: () => Date;
  /** Between two signs of life. */
  readonly aliveEveryMs: number;
  /** A sign of life that was not stored; the next one replaces it. */
  readonly onMissed: (error: unknown) => void;
}

/** Tells campaign-control on the bus what becomes of attempts. A report that is not stored is an error of the caller. */
export class AttemptReports {
  constructor(
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly options: AttemptReportsOptions,
  ) {}

  async started(order: WorkOrder): Promise<void> {
    await this.publish({ kind: 'started', ...this.about(order) });
  }

  /** Gives signs of life until it is told to stop. */
  showLife(order: WorkOrder): () => void {
    const { aliveEveryMs, onMissed } = this.options;
    const timer = setInterval(() => {
      this.publish({ kind: 'alive', ...this.about(order) }, aliveEveryMs).catch(onMissed);
    }, aliveEveryMs);
    return () => clearInterval(timer);
  }

  async finished(order: WorkOrder, ending: AttemptEnding): Promise<void> {
    const report: AttemptFinished = { kind: 'finished', ...this.about(order), ...ending };
    await this.publish(report);
  }

  private about({ campaign, attemptId, job, attempt }: WorkOrder) {
    const { executor, now } = this.options;
    return { campaign, attemptId, job, attempt, executor, at: now().toISOString() };
  }

  private publish(report: Report, timeoutMs?: number): Promise<unknown> {
    return this.bus.publish(subjects.reports(report.campaign), report, {}, timeoutMs);
  }
}
