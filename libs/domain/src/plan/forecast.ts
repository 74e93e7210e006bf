import type { ApplicationForecast, Forecast, PlanJob, Window } from '@patchtide/contracts';
import { type NightsInput, spreadOf } from '../forecast/spread';
import { toInstant, toMs } from '../instant';
import { longestPath, tails } from './job-table';
import type { Course } from './rehearsal';
import type { Schedule } from './schedule';

export interface ForecastInput {
  /** In the order of their ids, as scheduled. */
  readonly jobs: readonly PlanJob[];
  readonly schedule: Schedule;
  /** One after the other; each job must end in its own. */
  readonly windows: readonly Window[];
  readonly startMs: number;
  /** The same text draws the same nights. */
  readonly seed: string;
  /** How many nights are simulated at most. */
  readonly nights: number;
}

/** Whether the plan fits its windows, what decides its length, and when each application is down at the latest. */
export function forecast(input: ForecastInput): Forecast {
  const { jobs, windows, startMs } = input;
  const { table, course, lowerBound } = input.schedule;
  const endMs = course.lastMs;
  const endsMs = deadlinesMs(jobs, windows);
  const slackMs = slackOf(input, endsMs);
  const tailMs = tails(table, table.estimateMs);
  const criticalPath = longestPath(table, tailMs);
  return {
    start: toInstant(startMs),
    end: toInstant(endMs),
    durationMs: endMs - startMs,
    fits: slackMs >= 0,
    slackMs,
    criticalPath: criticalPath.map((job) => jobs[job]?.id ?? ''),
    criticalPathMs: tailMs[criticalPath[0] ?? -1] ?? 0,
    lowerBoundMs: lowerBound.ms,
    boundBy: lowerBound.boundBy,
    spread: spreadOf(nightsOf(input)),
    applications: perApplication(jobs, course, tailMs, endsMs),
  };
}

/** By position of the job: the end of the window in which it is planned, in epoch milliseconds. */
export function deadlinesMs(
  jobs: readonly Pick<PlanJob, 'window'>[],
  windows: readonly Pick<Window, 'end'>[],
): Float64Array {
  const ends = windows.map(({ end }) => toMs(end));
  return Float64Array.from(jobs, ({ window }) => ends[window] ?? Infinity);
}

function slackOf({ schedule: { course }, windows }: ForecastInput, endsMs: Float64Array): number {
  const lastEnd = windows.at(-1)?.end;
  const afterAll = lastEnd === undefined ? Infinity : toMs(lastEnd) - course.lastMs;
  return endsMs.reduce((least, endMs, job) => Math.min(least, endMs - (course.endMs[job] ?? 0)), afterAll);
}

/** What is needed to play the plan in other nights than the expected one. */
export function nightsOf({ jobs, schedule, windows, startMs, seed, nights }: ForecastInput): NightsInput {
  const { table, demand, rank } = schedule;
  return { jobs, table, demand, rank, startMs, seed, nights, deadlineMs: deadlinesMs(jobs, windows) };
}

interface Outage {
  downFrom: number;
  upAt: number;
  lastSafe: number;
}

function perApplication(
  jobs: readonly PlanJob[],
  { startMs, endMs }: Course,
  tailMs: Float64Array,
  endsMs: Float64Array,
): ApplicationForecast[] {
  const outages = new Map<string, Outage>();
  jobs.forEach(({ application, action }, job) => {
    if (application === null || (action !== 'STOP' && action !== 'START')) return;
    const outage = outages.get(application) ?? { downFrom: Infinity, upAt: -Infinity, lastSafe: Infinity };
    outages.set(application, outage);
    if (action === 'START') outage.upAt = Math.max(outage.upAt, endMs[job] ?? 0);
    else {
      outage.downFrom = Math.min(outage.downFrom, startMs[job] ?? 0);
      outage.lastSafe = Math.min(outage.lastSafe, (endsMs[job] ?? 0) - (tailMs[job] ?? 0));
    }
  });
  return [...outages]
    .filter(([, { downFrom }]) => downFrom < Infinity)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([application, { downFrom, upAt, lastSafe }]) => ({
      application,
      downFrom: toInstant(downFrom),
      upAt: toInstant(upAt),
      downtimeMs: upAt - downFrom,
      lastSafeMoment: toInstant(lastSafe),
      slackMs: lastSafe - downFrom,
    }));
}
