import type { CampaignEvent } from '@patchtide/contracts';
import type { Execution } from '@patchtide/domain';
import type { Bus } from '@patchtide/messaging';
import { workOrderFor } from './work-order';

/** An executor that is alive reports every few seconds; this long without a sign an order is taken for lost. */
const LOST_AFTER_MS = 15_000;
/** Beyond its time-out, an attempt nobody reports on is given this long before it counts as unknown. */
const SILENCE_GRACE_MS = 120_000;

interface Sent {
  readonly job: string;
  readonly attempt: number;
  readonly attemptId: string;
  readonly epoch: number;
  readonly timeoutMs: number;
  seenMs: number;
  sentMs: number;
  copies: number;
}

/**
 * Sends work orders after their dispatch was stored, and again when no executor gives a sign of life: the bus may have
 * been wiped. An order that arrives twice is executed once, because the host knows its attempt id.
 */
export class WorkSender {
  private readonly sent = new Map<string, Sent>();

  constructor(
    private readonly bus: Bus,
    private readonly onProblem: (error: unknown, attemptId: string) => void,
  ) {}

  /** Sends the orders of freshly stored dispatches, without waiting for the bus. */
  dispatchAll(execution: Execution, events: readonly CampaignEvent[], nowMs: number): void {
    for (const event of events) {
      if (event.type !== 'JobDispatched') continue;
      const { job, attempt, attemptId, epoch } = event.data;
      const timeoutMs = execution.jobs.get(job)?.plan.timeoutMs ?? 0;
      const sent: Sent = {
        job,
        attempt,
        attemptId,
        epoch,
        timeoutMs,
        seenMs: nowMs,
        sentMs: nowMs,
        copies: 0,
      };
      this.sent.set(job, sent);
      this.send(execution, sent);
    }
  }

  /** Takes on attempts that were in flight when this instance took the campaign over. */
  adopt(execution: Execution, epoch: number, nowMs: number): void {
    for (const job of execution.inFlight) {
      const state = execution.jobs.get(job);
      if (!state) continue;
      const attemptId = `${execution.plan.change}/${job}/${state.attempt}`;
      const { timeoutMs } = state.plan;
      this.sent.set(job, {
        job,
        attempt: state.attempt,
        attemptId,
        epoch,
        timeoutMs,
        seenMs: nowMs,
        sentMs: nowMs,
        copies: 0,
      });
    }
  }

  /** An executor gave a sign of life for an attempt. */
  seen(job: string, attempt: number, nowMs: number): void {
    const sent = this.sent.get(job);
    if (sent?.attempt === attempt) sent.seenMs = nowMs;
  }

  /** Sends again what seems lost, and returns the attempts that have been silent for too long. */
  watch(execution: Execution, nowMs: number): { readonly job: string; readonly attempt: number }[] {
    const silent: Sent[] = [];
    for (const sent of this.sent.values()) {
      if (!execution.inFlight.has(sent.job)) {
        this.sent.delete(sent.job);
      } else if (nowMs - sent.seenMs > sent.timeoutMs + SILENCE_GRACE_MS) {
        silent.push(sent);
      } else if (nowMs - Math.max(sent.seenMs, sent.sentMs) > LOST_AFTER_MS) {
        sent.sentMs = nowMs;
        this.send(execution, sent);
      }
    }
    return silent;
  }

  private send(execution: Execution, sent: Sent): void {
    const job = execution.jobs.get(sent.job);
    const addressed = job && workOrderFor(execution.plan, job.plan, sent);
    if (!addressed) return;
    // A message id is never used twice: inside the duplicate window a repetition would be confirmed and dropped.
    sent.copies += 1;
    const msgId = `${sent.attemptId}.${sent.epoch}.${sent.copies}`;
    this.bus
      .publish(addressed.subject, addressed.order, { msgId })
      .catch((error: unknown) => this.onProblem(error, sent.attemptId));
  }
}
