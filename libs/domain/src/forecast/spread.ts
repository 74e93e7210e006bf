import type { PlanJob, Spread } from '@patchtide/contracts';
import { toInstant } from '../instant';
import type { Demand } from '../plan/demand';
import type { JobTable } from '../plan/job-table';
import { rehearse } from '../plan/rehearsal';
import { DrawnDurations, normalQuantile } from './drawn-durations';

export interface NightsInput {
  readonly jobs: readonly Pick<PlanJob, 'id' | 'estimateMs' | 'estimateFrom'>[];
  /** The same jobs. */
  readonly table: JobTable;
  readonly demand: Demand;
  /** The order in which jobs deserve to start. */
  readonly rank: Float64Array;
  readonly startMs: number;
  /** By position of the job: the end of the window that it must keep. */
  readonly deadlineMs: Float64Array;
  /** The same text draws the same nights. */
  readonly seed: string;
  /** How many nights are simulated at most. */
  readonly nights: number;
}

export const MAX_NIGHTS = 500;
const MIN_RUNS = 5;
/** Up to this many jobs every run can be afforded; the time of one grows a little faster than the number of its jobs. */
const JOBS_AT_MAX_RUNS = 3_000;
/** With fewer runs than this, no run stands for the hundredth part: a normal distribution through them does. */
const ENOUGH_RUNS = 100;

/** How many nights are simulated for so many jobs: fewer for large plans, whose many jobs even each other out. */
export function runsFor(jobs: number, nights = MAX_NIGHTS): number {
  const affordable = Math.floor(nights * Math.min(1, JOBS_AT_MAX_RUNS / Math.max(1, jobs)) ** 1.5);
  return Math.max(MIN_RUNS, affordable);
}

/** Ends of many nights with durations as they may be, played under the same limits and in the same order as the plan. */
export function spreadOf(input: NightsInput): Spread {
  return spreadOfNights(simulate(input, runsFor(input.jobs.length, input.nights)));
}

export function spreadOfNights(nights: readonly Night[]): Spread {
  const runs = nights.length;
  const ends = nights.map(({ endMs }) => endMs).sort((a, b) => a - b);
  const late = nights.map(({ lateMs }) => lateMs);
  const isEnough = runs >= ENOUGH_RUNS;
  const at = (share: number) => toInstant(isEnough ? quantile(ends, share) : normalAt(ends, share));
  const kept = late.filter((ms) => ms <= 0).length / runs;
  const inWindow = isEnough ? kept : shareBelowZero(late);
  return {
    runs,
    p50End: at(0.5),
    p90End: at(0.9),
    p99End: at(0.99),
    inWindow: Math.round(inWindow * 1000) / 1000,
  };
}

export interface Night {
  readonly endMs: number;
  /** How far the job that comes closest to the end of its window stays from it; positive: it is over. */
  readonly lateMs: number;
}

/** Plays so many nights, or one in which everything takes as long as expected. */
export function simulate(input: NightsInput, runs: number | 'as expected'): Night[] {
  const { table } = input;
  if (runs === 'as expected') return [play(input, table.estimateMs)];
  const durations = new DrawnDurations(input.jobs, input.seed);
  return Array.from({ length: runs }, (_, night) => play(input, durations.of(night)));
}

function play({ table, demand, rank, startMs, deadlineMs }: NightsInput, durationMs: Float64Array): Night {
  const course = rehearse({ table, demand, beginMs: startMs, rank, durationMs });
  let lateMs = -Infinity;
  course.endMs.forEach((endMs, job) => (lateMs = Math.max(lateMs, endMs - (deadlineMs[job] ?? Infinity))));
  return { endMs: course.lastMs, lateMs };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function normalAt(values: readonly number[], share: number): number {
  const { mean, deviation } = momentsOf(values);
  return Math.round(mean + deviation * normalQuantile(share));
}

/** Of a normal distribution through the values, to a thousandth. */
function shareBelowZero(values: readonly number[]): number {
  if (values.every((value) => value === -Infinity)) return 1;
  const { mean, deviation } = momentsOf(values);
  if (deviation === 0) return mean <= 0 ? 1 : 0;
  let [low, high] = [0, 1];
  while (high - low > 0.0001) {
    const middle = (low + high) / 2;
    if (mean + deviation * normalQuantile(middle) <= 0) low = middle;
    else high = middle;
  }
  return low;
}

function momentsOf(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}
