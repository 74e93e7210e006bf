import { toInstant } from '../instant';
import { lastSafeMs } from './dispatch';
import type { Rest } from './rest';
import { counterpartOf, type Execution, isSettled } from './state';

/** How an application stands that the campaign has still something to do to. */
export interface LiveApplication {
  readonly application: string;
  /** Whether its first stop has begun. */
  readonly isBegun: boolean;
  /** When everything of it is expected to serve again. */
  readonly upAt: string;
  /** Latest moment to begin its first stop, as things are now; null when it has begun. */
  readonly lastSafeMoment: string | null;
  /** From its expected return to the end of its window; negative when it comes too late. */
  readonly slackMs: number;
}

interface Standing {
  isBegun: boolean;
  downFromMs: number;
  upAtMs: number;
  deadlineMs: number;
  lastSafeMs: number;
}

/**
 * The applications of the rest, by name. A last safe moment is never later than the rule that holds stops back, and comes
 * earlier where others that are late keep the application down for longer than its own path takes.
 */
export function liveApplications(execution: Execution, { table, course }: Rest): LiveApplication[] {
  const standings = new Map<string, Standing>();
  table.jobs.forEach(({ id, action, application }, position) => {
    if (application === null || (action !== 'STOP' && action !== 'START')) return;
    const standing = standings.get(application) ?? unknown();
    standings.set(application, standing);
    const slot = { startMs: course.startMs[position] ?? Infinity, endMs: course.endMs[position] ?? 0 };
    if (action === 'STOP') addStop(standing, execution, id, slot);
    else addStart(standing, execution, id, slot);
  });
  return [...standings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, standing]) => shown(name, standing));
}

type Times = { readonly startMs: number; readonly endMs: number };

function addStop(standing: Standing, execution: Execution, id: string, { startMs }: Times): void {
  standing.isBegun ||= execution.jobs.get(id)?.status !== 'waiting';
  standing.downFromMs = Math.min(standing.downFromMs, startMs);
  standing.lastSafeMs = Math.min(standing.lastSafeMs, lastSafeMs(execution, id));
}

function addStart(standing: Standing, execution: Execution, id: string, { endMs }: Times): void {
  const job = execution.jobs.get(id);
  const stop = job && counterpartOf(execution, job.plan);
  standing.isBegun ||= stop !== undefined && isSettled(stop.status);
  standing.upAtMs = Math.max(standing.upAtMs, endMs);
  // The rule for its own start says when its window ends: it may begin until its remaining path just fits.
  const tailMs = execution.index.tailMs.get(id) ?? 0;
  standing.deadlineMs = Math.min(standing.deadlineMs, lastSafeMs(execution, id) + tailMs);
}

function unknown(): Standing {
  return { isBegun: false, downFromMs: Infinity, upAtMs: 0, deadlineMs: Infinity, lastSafeMs: Infinity };
}

function shown(application: string, standing: Standing): LiveApplication {
  const { isBegun, downFromMs, upAtMs, deadlineMs } = standing;
  const slackMs = deadlineMs - upAtMs;
  const safeMs = Math.min(standing.lastSafeMs, downFromMs + slackMs);
  return {
    application,
    isBegun,
    upAt: toInstant(upAtMs),
    lastSafeMoment: isBegun || !Number.isFinite(safeMs) ? null : toInstant(safeMs),
    slackMs,
  };
}
