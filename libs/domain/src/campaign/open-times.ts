import type { Plan, PlanJob } from '@patchtide/contracts';
import { type Interval, overlaps } from '../calendar/intervals';
import { toInstant, toMs } from '../instant';
import type { Execution } from './state';

/** A time in which nothing starts on these servers; null: on none. */
interface FrozenTime extends Interval {
  readonly name: string;
  readonly servers: ReadonlySet<string> | null;
}

/** The plan's windows and freezes, in epoch milliseconds. */
export interface OpenTimes {
  readonly windows: readonly Interval[];
  readonly freezes: readonly FrozenTime[];
}

export function openTimesOf({ windows, freezes }: Pick<Plan, 'windows' | 'freezes'>): OpenTimes {
  return {
    windows: windows.map(({ start, end }) => ({ startMs: toMs(start), endMs: toMs(end) })),
    freezes: freezes.map(({ name, start, end, servers }) => ({
      ...{ name, startMs: toMs(start), endMs: toMs(end) },
      servers: servers === null ? null : new Set(servers),
    })),
  };
}

/** The window of a job, in epoch milliseconds. */
export function windowOf(
  { openTimes, windowEndMs }: Execution,
  { window }: Pick<PlanJob, 'window'>,
): Interval {
  return openTimes.windows[window] ?? { startMs: -Infinity, endMs: windowEndMs };
}

/** Why a job may not begin at this time of day; null when its window is open and nothing is frozen. */
export function closedTime(execution: Execution, job: PlanJob, nowMs: number): string | null {
  const now = { startMs: nowMs, endMs: nowMs + 1 };
  const freeze = execution.openTimes.freezes.find(
    (time) => overlaps(time, now) && (time.servers === null || time.servers.has(job.server)),
  );
  if (freeze) return `freeze ${freeze.name} until ${toInstant(freeze.endMs)}`;
  const { startMs, endMs } = windowOf(execution, job);
  if (nowMs < startMs) return `${nameOf(execution, job)} opens at ${toInstant(startMs)}`;
  return nowMs >= endMs ? `${nameOf(execution, job)} ended at ${toInstant(endMs)}` : null;
}

/** Whether any of the windows is open. */
export function isWindowOpen({ openTimes }: Execution, nowMs: number): boolean {
  return openTimes.windows.some(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
}

/** Why no job at all may begin: what is frozen, when the next window opens, or that the last has ended; null while one is open. */
export function closedToAll(execution: Execution, nowMs: number): string | null {
  if (isWindowOpen(execution, nowMs)) return null;
  const { plan, openTimes } = execution;
  const now = { startMs: nowMs, endMs: nowMs + 1 };
  const freeze = openTimes.freezes.find((time) => time.servers === null && overlaps(time, now));
  if (freeze) return `freeze ${freeze.name} until ${toInstant(freeze.endMs)}`;
  const next = openTimes.windows.find(({ startMs }) => startMs > nowMs);
  if (!next) return `the last window ended at ${plan.window.end}`;
  return `${openTimes.windows.length === 1 ? 'the' : 'the next'} window opens at ${toInstant(next.startMs)}`;
}

/** As people are told of a job's window. */
export function nameOf({ openTimes }: Execution, { window }: Pick<PlanJob, 'window'>): string {
  return openTimes.windows.length === 1 ? 'the window' : `window ${window + 1}`;
}
