import { CallFailed, type CallOptions } from '../monitoring/call';
import { markerOf } from '../monitoring/marker';
import type {
  BatchJobRef,
  BatchScheduler,
  BatchState,
  Hold,
  HoldLease,
  Prior,
  Release,
} from './batch-scheduler';
import { HeldJobs, type JobView } from './held-jobs';

/** A scheduler in memory that keeps every promise of the interface, and can be told to misbehave. */
export class FakeBatchScheduler implements BatchScheduler {
  readonly jobs: HeldJobs;
  /** Every call made so far, in order, for tests that care. */
  readonly calls: string[] = [];
  private readonly troubles: ('refused-before' | 'answer-lost')[] = [];

  constructor(now: () => Date = () => new Date()) {
    this.jobs = new HeldJobs(now);
  }

  /** The key of a job in `jobs`. */
  static keyOf(ref: Readonly<Record<string, unknown>>): string {
    return JSON.stringify(ref);
  }

  hold(lease: HoldLease, call: CallOptions): Promise<Hold> {
    return this.answer(`hold ${lease.subject}`, lease, call, (key) => {
      const prior = this.jobs.hold(key, markerOf(lease), Date.parse(lease.endsAt));
      const { by, running } = this.existing(key);
      if (prior === undefined) {
        throw new CallFailed('refused', `held by ${by ? markerOf(by) : 'nobody'}`, { retryable: true });
      }
      const { campaign, subject, endsAt } = lease;
      return { campaign, subject, endsAt, prior, running };
    });
  }

  release(job: BatchJobRef & { prior?: Prior }, call: CallOptions): Promise<Release> {
    return this.answer(`release ${job.subject}`, job, call, (key) => {
      this.jobs.release(key, markerOf(job), job.prior);
      return {};
    });
  }

  inspect(job: BatchJobRef, call: CallOptions): Promise<BatchState> {
    return this.answer(`inspect ${job.subject}`, job, call, (key) => {
      const { scheduled, running, by } = this.existing(key);
      return { isScheduled: scheduled, running, ...(by ? { heldBy: by } : {}) };
    });
  }

  /** `refused-before`: no effect, an error. `answer-lost`: the effect happens, and an error is seen all the same. */
  fail(trouble: 'refused-before' | 'answer-lost'): void {
    this.troubles.push(trouble);
  }

  private existing(key: string): JobView {
    const view = this.jobs.view(key);
    if (!view.exists) throw new CallFailed('bad-reference', `There is no job ${key}`, { retryable: false });
    return view;
  }

  private async answer<T>(
    name: string,
    job: BatchJobRef,
    { signal }: CallOptions,
    effect: (key: string) => T,
  ): Promise<T> {
    await Promise.resolve();
    if (signal?.aborted) throw new CallFailed('aborted', `${name} was called off`, { retryable: false });
    if (Object.keys(job.ref).length === 0) {
      throw new CallFailed('bad-reference', 'The ref is empty', { retryable: false });
    }
    this.calls.push(name);
    const trouble = this.troubles.shift();
    if (trouble === 'refused-before') throw new CallFailed('refused', `${name} refused`, { retryable: true });
    const result = effect(FakeBatchScheduler.keyOf(job.ref));
    if (trouble === 'answer-lost')
      throw new CallFailed('timed-out', `${name}: answer lost`, { retryable: true });
    return result;
  }
}
