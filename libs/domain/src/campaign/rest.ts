import type { PlanJob } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { demandOf } from '../plan/demand';
import { type JobTable, jobTable } from '../plan/job-table';
import { type Course, rehearse } from '../plan/rehearsal';
import { type Execution, isInFlight, isSettled, type JobState } from './state';

/** What is left of a campaign, and when each job of it would run if everything went as expected from here on. */
export interface Rest {
  readonly atMs: number;
  readonly table: JobTable;
  readonly course: Course;
}

/**
 * Rehearses the rest of a campaign as it will be dispatched: what runs goes on, what is left follows within limits, waves,
 * windows and freezes. What waits for a person is taken to be answered now.
 */
export function rehearseRest(execution: Execution, at: string): Rest {
  const { plan, index } = execution;
  const atMs = toMs(at);
  const left = [...execution.jobs.values()].filter((job) => isLeft(execution, job));
  const stage = stageOf(execution);
  const table = jobTable(left.map((job) => stage.place(job.plan)));
  const durationMs = new Float64Array(left.length);
  const rank = new Float64Array(left.length);
  for (const job of left) {
    const position = table.position.get(job.plan.id) ?? 0;
    durationMs[position] = remainingMs(job, atMs);
    // What runs has its places already: it comes before all that only wants them.
    rank[position] = (index.rank.get(job.plan.id) ?? 0) - (isInFlight(job.status) ? index.rank.size : 0);
  }
  const { limits, servers, freezes } = plan;
  const { waves, windows } = stage;
  const bounds = { limits, servers, freezes, startMs: atMs, waves, windows, underWay: execution.inFlight };
  const course = rehearse({ table, demand: demandOf(table, bounds), beginMs: atMs, rank, durationMs });
  return { atMs, table, course: withoutHoles(course, durationMs) };
}

/** What people did by hand may leave a job that nothing would ever let start; it is taken to come last. */
function withoutHoles({ startMs, endMs, lastMs }: Course, durationMs: Float64Array): Course {
  const ends = endMs.map((ms, job) => (Number.isNaN(ms) ? lastMs + (durationMs[job] ?? 0) : ms));
  const starts = startMs.map((ms) => (Number.isNaN(ms) ? lastMs : ms));
  return { startMs: starts, endMs: ends, lastMs: ends.reduce((last, ms) => Math.max(last, ms), lastMs) };
}

/** What was skipped before its turn still keeps its place in the order. */
function isLeft({ openWaits }: Execution, { plan, status }: JobState): boolean {
  return !isSettled(status) || (openWaits.get(plan.id) ?? 0) > 0;
}

/** A job that is over its time may end at any moment; one that waits to be tried again takes that long more. */
function remainingMs({ plan, status, since, notBeforeMs }: JobState, atMs: number): number {
  if (isSettled(status)) return 0;
  if (isInFlight(status)) return Math.max(0, plan.estimateMs - (atMs - toMs(since)));
  return plan.estimateMs + Math.max(0, notBeforeMs - atMs);
}

interface Stage {
  readonly waves: readonly { readonly name: string; readonly soakMs: number }[];
  readonly windows: Execution['plan']['windows'];
  readonly place: (job: PlanJob) => PlanJob;
}

/**
 * Released waves have become one. The wave after them that is only watched still opens when that is over, like a window of
 * its own, because nothing of it is left that could be rehearsed.
 */
function stageOf({ plan, releasedWaves, unsettled, waveEndMs }: Execution): Stage {
  const { waves, windows } = plan;
  const next = waves.findIndex((wave) => !releasedWaves.has(wave.name));
  const last = waves[(next === -1 ? waves.length : next) - 1];
  const upcoming = waves[next];
  if (!last) return { waves, windows, place: (job) => job };
  const soakedMs = (waveEndMs.get(last.name) ?? 0) + last.soakMs;
  const isWatched = upcoming !== undefined && (unsettled.get(last.name) ?? 0) <= 0;
  const watched = windows.map((window) => ({
    ...window,
    start: toInstant(Math.max(soakedMs, toMs(window.start))),
  }));
  return {
    waves: next === -1 ? [last] : [last, ...waves.slice(next)],
    windows: isWatched ? [...windows, ...watched] : windows,
    place: (job) => {
      if (isWatched && job.wave === upcoming.name) return { ...job, window: job.window + windows.length };
      return releasedWaves.has(job.wave) && job.wave !== last.name ? { ...job, wave: last.name } : job;
    },
  };
}
