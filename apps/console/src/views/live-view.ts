import {
  type Execution,
  liveApplications,
  type LiveApplication,
  type LiveForecast,
  liveForecastWith,
} from '@patchtide/domain';

export interface LiveView extends LiveForecast {
  readonly applications: readonly LiveApplication[];
}

interface Kept {
  readonly atMs: number;
  readonly view: LiveView;
}

/** A forecast of a thousand jobs is kept for 100 ms; none is kept for two seconds. */
const KEPT_PER_JOB_MS = 0.1;
const MAX_KEPT_MS = 1_500;

const kept = new WeakMap<Execution, Kept>();

/**
 * Where a campaign ends as it goes now. Many look at it at once, and one of a large campaign takes its time: it is worked
 * out once and shown for a moment, the longer the larger the campaign, and never for two seconds.
 */
export function liveView(execution: Execution, at: string): LiveView {
  const atMs = Date.parse(at);
  const last = kept.get(execution);
  const maxAgeMs = Math.min(MAX_KEPT_MS, execution.jobs.size * KEPT_PER_JOB_MS);
  if (last && atMs >= last.atMs && atMs - last.atMs < maxAgeMs) return last.view;
  const { forecast, rest } = liveForecastWith(execution, at);
  const view = { ...forecast, applications: liveApplications(execution, rest) };
  kept.set(execution, { atMs, view });
  return view;
}
