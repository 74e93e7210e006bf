import type { CallOptions } from '../monitoring/call';
import type { Claim } from '../monitoring/marker';

/** Whether a batch job would have run at its next time, before we touched it. */
export type Prior = 'scheduled' | 'idle';
/** `unknown` where the scheduler cannot tell, as with cron. */
export type Running = 'yes' | 'no' | 'unknown';

/** A host as the remote shell reaches it. */
export interface BatchHost {
  address: string;
  port: number;
}

/** A batch job in the name of a campaign. */
export interface BatchJobRef extends Claim {
  /** How the scheduler knows the job, e.g. `{ path: "/etc/cron.d/billing" }`. */
  ref: Readonly<Record<string, unknown>>;
  /** Where the job runs; needed by schedulers that live on the host. */
  host?: BatchHost;
}

/** A wish: this job does not start until `endsAt`, then is scheduled again by itself if it was before. */
export interface HoldLease extends BatchJobRef {
  endsAt: string;
}

export interface Hold extends Claim {
  /** What a release must return to. */
  prior: Prior;
  endsAt: string;
  /** A hold is not a drain: a run that had begun goes on. */
  running: Running;
}

export interface Release {
  /** Something the operator should read, e.g. that another version of the job appeared meanwhile. */
  note?: string;
}

export interface BatchState {
  /** Whether the job would start at its next time. */
  isScheduled: boolean;
  running: Running;
  /** The claim that holds the job at this moment, of whichever campaign. */
  heldBy?: Claim;
}

/**
 * A scheduler that can be told not to start a job for a while, and that puts back exactly what was there.
 * Holds are leases, so every call may be repeated. All methods throw CallFailed, which says whether repeating can help.
 */
export interface BatchScheduler {
  /**
   * Makes the lease true: takes, prolongs or re-asserts it, and says what was there before the campaign's first hold.
   * Refused while another campaign holds the job.
   */
  hold(lease: HoldLease, call: CallOptions): Promise<Hold>;
  /**
   * Returns the job to what it was. `prior` is what `hold` said; without it only our own mark on the job is undone.
   * A job that was given back already, or that another campaign holds now, is left alone: that is a success.
   */
  release(job: BatchJobRef & { prior?: Prior }, call: CallOptions): Promise<Release>;
  /** Looks, and changes nothing. */
  inspect(job: BatchJobRef, call: CallOptions): Promise<BatchState>;
}
