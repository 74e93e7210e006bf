import type { Outcome, WorkOrder } from '@patchtide/contracts';
import { type AttemptReports, Poison } from '@patchtide/messaging';
import { type OrderWorker, isSuppressionOrder } from './order-worker';
import { endingOf } from './outcome';

/** What happened to orders, for logs and metrics. */
export interface OrderNotices {
  onStarted(order: WorkOrder): void;
  onFinished(order: WorkOrder, outcome: Outcome, summary: string): void;
}

/** Carries out work orders for mutes and holds, and reports on them. */
export class WorkExecutor {
  constructor(
    private readonly worker: Pick<OrderWorker, 'carryOut' | 'isLate'>,
    private readonly reports: AttemptReports,
    private readonly notices: OrderNotices,
  ) {}

  /** Resolves when the effect is there and the bus has stored the report; only then may the order be acked. */
  async carryOut(order: WorkOrder, signal: AbortSignal): Promise<void> {
    if (!isSuppressionOrder(order))
      throw new Poison(`${order.attemptId} is a ${order.action}, which is not done here`);
    // A late order begins nothing; of what it finds begun, the end is enough.
    if (!this.worker.isLate(order)) {
      await this.reports.started(order);
      this.notices.onStarted(order);
    }
    const endLife = this.reports.showLife(order);
    const results = await this.worker.carryOut(order, signal).finally(endLife);
    const ending = endingOf(results);
    await this.reports.finished(order, ending);
    this.notices.onFinished(order, ending.outcome, ending.summary);
  }
}
