import { CallFailed, type CallOptions } from '../monitoring/call';
import { claimOf, markerOf } from '../monitoring/marker';
import { type SignedWebhookOptions, postSigned } from '../monitoring/signed-webhook';
import type {
  BatchJobRef,
  BatchScheduler,
  BatchState,
  Hold,
  HoldLease,
  Prior,
  Release,
  Running,
} from './batch-scheduler';

/**
 * Holds through a receiver that the user writes for a scheduler we do not know. One URL, three signed POSTs; the
 * receiver must be idempotent by `marker`, let holds end by themselves at `endsAt`, and remember what was there:
 *
 *   { "version": 1, "action": "hold", "marker", "campaign", "subject", "ref": {…}, "host"?: {…}, "endsAt" }
 *     -> 200 { "prior": "scheduled" | "idle", "endsAt", "running"?: "yes" | "no" | "unknown" }
 *     -> 404 no such job · 409 held by somebody else
 *   { "version": 1, "action": "release", "marker", "campaign", "subject", "ref", "host"?, "prior"? }
 *     -> 2xx { "note"?: "…" }, or 404 when there is no such hold
 *   { "version": 1, "action": "inspect", "marker", "campaign", "subject", "ref", "host"? }
 *     -> 200 { "scheduled": true | false, "running"?: …, "heldBy"?: "<marker>" }
 */
export class WebhookBatchScheduler implements BatchScheduler {
  constructor(private readonly options: SignedWebhookOptions) {}

  async hold(lease: HoldLease, call: CallOptions): Promise<Hold> {
    const { campaign, subject, endsAt } = lease;
    const answer = await this.ask('hold', lease, { call, extra: { endsAt } });
    const { prior, endsAt: end } = answer;
    if ((prior !== 'scheduled' && prior !== 'idle') || typeof end !== 'string') {
      throw unexpected('does not say what was there before and until when the hold lasts');
    }
    if (!(Date.parse(end) >= Date.parse(endsAt))) throw unexpected('does not confirm the end of the hold');
    return {
      campaign,
      subject,
      prior,
      endsAt: new Date(end).toISOString(),
      running: runningOf(answer['running']),
    };
  }

  async release(job: BatchJobRef & { prior?: Prior }, call: CallOptions): Promise<Release> {
    const { prior } = job;
    const { note } = await this.ask('release', job, { call, extra: prior ? { prior } : {}, alsoFine: [404] });
    return typeof note === 'string' ? { note: note.slice(0, 200) } : {};
  }

  async inspect(job: BatchJobRef, call: CallOptions): Promise<BatchState> {
    const { scheduled, running, heldBy } = await this.ask('inspect', job, { call });
    if (typeof scheduled !== 'boolean') throw unexpected('does not say whether the job is scheduled');
    const claim = typeof heldBy === 'string' ? claimOf(heldBy) : undefined;
    return { isScheduled: scheduled, running: runningOf(running), ...(claim ? { heldBy: claim } : {}) };
  }

  private ask(
    action: string,
    { campaign, subject, ref, host }: BatchJobRef,
    { call, extra, alsoFine }: { call: CallOptions; extra?: Record<string, unknown>; alsoFine?: number[] },
  ): Promise<Record<string, unknown>> {
    const marker = markerOf({ campaign, subject });
    if (Object.keys(ref).length === 0) {
      throw new CallFailed('bad-reference', "The batch job's ref is empty: nothing says what to hold", {
        retryable: false,
      });
    }
    const payload = {
      version: 1,
      action,
      marker,
      campaign,
      subject,
      ref,
      ...(host ? { host } : {}),
      ...extra,
    };
    return postSigned(this.options, payload, call, alsoFine);
  }
}

function runningOf(value: unknown): Running {
  return value === 'yes' || value === 'no' ? value : 'unknown';
}

function unexpected(what: string): CallFailed {
  return new CallFailed('unexpected-answer', `The batch webhook ${what}`, { retryable: true });
}
