import { toInstant, toMs } from '../instant';
import type { Execution } from './state';
import { isInFlight, isSettled } from './state';

export interface LiveForecast {
  /** Expected end of the campaign, from what has really happened and the expected durations of the rest. */
  readonly end: string;
  readonly windowEnd: string;
  readonly slackMs: number;
  readonly fits: boolean;
  /** The job whose remaining path decides the end; null when nothing is left. */
  readonly decidedBy: string | null;
}

/** Where the campaign ends if the rest goes as expected: the longest remaining path, or the work left under the limit. */
export function liveForecast(execution: Execution, at: string): LiveForecast {
  const now = toMs(at);
  let pathMs = 0;
  let workMs = 0;
  let decidedBy: string | null = null;
  for (const job of execution.jobs.values()) {
    if (isSettled(job.status)) continue;
    const passedMs = isInFlight(job.status) ? Math.min(now - toMs(job.since), job.plan.estimateMs) : 0;
    const waitMs = Math.max(0, job.notBeforeMs - now);
    workMs += job.plan.estimateMs - passedMs;
    const remainingMs = waitMs + (execution.index.tailMs.get(job.plan.id) ?? 0) - passedMs;
    if (remainingMs <= pathMs) continue;
    pathMs = remainingMs;
    decidedBy = job.plan.id;
  }
  const byLimitMs = execution.plan.limits.campaign === null ? 0 : workMs / execution.plan.limits.campaign;
  const endMs = now + Math.ceil(Math.max(pathMs, byLimitMs));
  const windowEndMs = toMs(execution.plan.window.end);
  return {
    end: toInstant(endMs),
    windowEnd: execution.plan.window.end,
    slackMs: windowEndMs - endMs,
    fits: endMs <= windowEndMs,
    decidedBy,
  };
}
