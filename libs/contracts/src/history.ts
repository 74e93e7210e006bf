import type { Action } from './words';

/** How long jobs took in past campaigns: quantiles in milliseconds, and of how many attempts that succeeded. */
export interface DurationStats {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
}

/**
 * Durations of one action on one CI, or on all CIs of a kind (`ci` null). The kind of a job that serves a whole server is the
 * server's operating system family; of a job of the policy's own, `<action>-<name>`.
 */
export interface DurationEntry extends DurationStats {
  readonly action: Action;
  readonly kind: string;
  readonly ci: string | null;
}

/** What past campaigns tell about durations, in the order of action, kind and CI. */
export interface DurationHistory {
  readonly entries: readonly DurationEntry[];
}
