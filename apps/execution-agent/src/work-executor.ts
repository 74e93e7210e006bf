import type { Outcome, WorkOrder } from '@patchtide/contracts';
import { type AttemptReports, Poison } from '@patchtide/messaging';
import type { AttemptFollower } from './attempt-follower';
import { endingOf } from './ending';

/** What happened to orders, for logs and metrics. */
export interface ExecutionNotices {
  onStarted(order: WorkOrder): void;
  onFinished(order: WorkOrder, outcome: Outcome, summary: string): void;
  /** A newer order for the same attempt is out; this one is dropped without a report. */
  onSuperseded(order: WorkOrder): void;
}

/** How an order came to us. */
export interface Handover {
  /** 1 when nobody had this message before. */
  deliveries: number;
  /** The message was given back: somebody else will carry on. */
  signal: AbortSignal;
}

/** Carries out work orders on hosts: at most once each, however often they arrive and whoever had them before. */
export class WorkExecutor {
  constructor(
    private readonly follower: AttemptFollower,
    private readonly reports: AttemptReports,
    private readonly notices: ExecutionNotices,
  ) {}

  /**
   * Resolves when the end of the attempt is known (or its loss is) and the bus has stored the report; only then may the
   * message be acked. Anything thrown means: hand the message out again. The host's journal makes that safe.
   */
  async carryOut(order: WorkOrder, { deliveries, signal }: Handover): Promise<void> {
    const { target, action } = order;
    if (target === undefined) throw new Poison(`${order.attemptId} is for a host and names none`);
    const onBegin = async (): Promise<void> => {
      await this.reports.started(order);
      this.notices.onStarted(order);
    };
    const wasHandedOutBefore = deliveries > 1 || order.copy > 1;
    const following = { signal, onBegin, mayHaveBegun: wasHandedOutBefore };
    const endLife = this.reports.showLife(order);
    const { seen, output } = await this.follower.follow(order, target, following).finally(endLife);
    const ending = endingOf(seen, { action, output, wasHandedOutBefore });
    if (ending === null) return this.notices.onSuperseded(order);
    await this.reports.finished(order, { ...ending, outputTail: output });
    this.notices.onFinished(order, ending.outcome, ending.summary);
  }
}
