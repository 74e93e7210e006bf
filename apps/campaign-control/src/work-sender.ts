import { BEGIN_MARGIN_MS, type CampaignEvent } from '@patchtide/contracts';
import { type Execution, type JobState, latestBeginMs, toInstant } from '@patchtide/domain';
import type { Bus } from '@patchtide/messaging';
import { workOrderFor } from './work-order';

/** An executor that is alive reports every few seconds; this long without a sign an order is taken for lost. */
const LOST_AFTER_MS = 15_000;
/** What that grows to while copies remain without an answer, so that a queue nobody empties does not fill up. */
const MAX_PAUSE_MS = 120_000;
/** How soon an order is sent again that the bus did not take. */
const REFUSED_PAUSE_MS = 5_000;
/** Beyond its time-out, an attempt nobody reports on is given this long before it counts as unknown. */
const SILENCE_GRACE_MS = 120_000;
/** How long beyond its time-out an order may wait for an executor: no attempt begins once it may count as unknown. */
const BEGIN_GRACE_MS = SILENCE_GRACE_MS - BEGIN_MARGIN_MS;

interface Sent {
  readonly job: string;
  readonly attempt: number;
  readonly attemptId: string;
  readonly epoch: number;
  readonly timeoutMs: number;
  seenMs: number;
  /** When the next copy is due. */
  dueMs: number;
  /** Number of the latest copy. */
  copy: number;
  /** Copies since the last sign of life. */
  unanswered: number;
}

/**
 * Sends work orders after their dispatch was stored, and again when no executor gives a sign of life: the bus may have
 * been wiped. An order that arrives twice is executed once, because the host knows its attempt id.
 */
export class WorkSender {
  private readonly sent = new Map<string, Sent>();

  constructor(
    private readonly bus: Pick<Bus, 'publish'>,
    private readonly onProblem: (error: unknown, attemptId: string) => void,
  ) {}

  /** Sends the orders of freshly stored dispatches, without waiting for the bus. */
  dispatchAll(execution: Execution, events: readonly CampaignEvent[], nowMs: number): void {
    for (const event of events) {
      if (event.type !== 'JobDispatched') continue;
      const { job, attempt, attemptId, epoch } = event.data;
      this.send(execution, this.track(execution, { job, attempt, attemptId, epoch, copy: 0 }, nowMs), nowMs);
    }
  }

  /** Takes on attempts that were in flight when this instance took the campaign over. */
  adopt(execution: Execution, epoch: number, nowMs: number): void {
    for (const job of execution.inFlight) {
      const attempt = execution.jobs.get(job)?.attempt ?? 0;
      const attemptId = `${execution.plan.change}/${job}/${attempt}`;
      // Its order was sent before, as far as we can know.
      this.track(execution, { job, attempt, attemptId, epoch, copy: 1 }, nowMs);
    }
  }

  /** An executor gave a sign of life for an attempt. */
  seen(job: string, attempt: number, nowMs: number): void {
    const sent = this.sent.get(job);
    if (sent?.attempt !== attempt) return;
    Object.assign(sent, { seenMs: nowMs, dueMs: nowMs + LOST_AFTER_MS, unanswered: 0 });
  }

  /** Sends again what seems lost, and returns the attempts that have been silent for too long. */
  watch(execution: Execution, nowMs: number): { readonly job: string; readonly attempt: number }[] {
    const silent: Sent[] = [];
    for (const sent of this.sent.values()) {
      if (!execution.inFlight.has(sent.job)) this.sent.delete(sent.job);
      else if (nowMs - sent.seenMs > sent.timeoutMs + SILENCE_GRACE_MS) silent.push(sent);
      else if (nowMs > sent.dueMs) this.send(execution, sent, nowMs);
    }
    return silent;
  }

  private track(
    execution: Execution,
    attempt: Pick<Sent, 'job' | 'attempt' | 'attemptId' | 'epoch' | 'copy'>,
    nowMs: number,
  ): Sent {
    const timeoutMs = execution.jobs.get(attempt.job)?.plan.timeoutMs ?? 0;
    const times = { timeoutMs, seenMs: nowMs, dueMs: nowMs + LOST_AFTER_MS };
    const sent = { ...attempt, ...times, unanswered: 0 };
    this.sent.set(attempt.job, sent);
    return sent;
  }

  private send(execution: Execution, sent: Sent, nowMs: number): void {
    const job = execution.jobs.get(sent.job);
    if (!job) return;
    sent.copy += 1;
    const dispatch = { ...sent, notAfter: notAfter(execution, job) };
    const addressed = workOrderFor(execution.plan, job.plan, dispatch);
    if (!addressed) return;
    sent.dueMs = nowMs + Math.min(MAX_PAUSE_MS, LOST_AFTER_MS * 2 ** sent.unanswered);
    sent.unanswered += 1;
    // A message id is never used twice: inside the duplicate window a repetition would be confirmed and dropped.
    const msgId = `${sent.attemptId}.${sent.epoch}.${sent.copy}`;
    this.bus.publish(addressed.subject, addressed.order, { msgId }).catch((error: unknown) => {
      sent.dueMs = Math.min(sent.dueMs, nowMs + REFUSED_PAUSE_MS);
      this.onProblem(error, sent.attemptId);
    });
  }
}

/**
 * Until when the present attempt may begin. Reckoned from its dispatch, which every instance finds in the events: all copies
 * of an order say the same, so whoever finds nothing begun after it knows that no other copy will begin it either.
 */
function notAfter(execution: Execution, job: JobState): string {
  const beforeSilenceMs = job.dispatchedMs + job.plan.timeoutMs + BEGIN_GRACE_MS;
  return toInstant(Math.min(beforeSilenceMs, latestBeginMs(execution, job)));
}
