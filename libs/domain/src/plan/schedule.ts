import type { Bounds, Demand } from './demand';
import { type JobTable, jobTable } from './job-table';
import { lowerBound, type LowerBound } from './lower-bound';
import { searchOrder } from './order-search';
import type { Schedulable } from './plan-index';
import type { Course } from './rehearsal';

/** When each job would run, and what was reckoned with, for whoever wants to play it again. */
export interface Schedule {
  readonly table: JobTable;
  readonly demand: Demand;
  /**
   * By position in the table: the job's place in the order in which jobs deserve to start, 0 first. It becomes the job's
   * priority, and the campaign dispatches by it.
   */
  readonly rank: Float64Array;
  readonly course: Course;
  readonly lowerBound: LowerBound;
}

export interface ScheduleInput extends Bounds {
  readonly jobs: readonly Schedulable[];
}

/**
 * When each job would run with expected durations: whenever something has ended, everything that may start starts, in the
 * best order that was found. The same rule dispatches the real campaign, so this is its rehearsal.
 * @throws Error when the limits can never let some job start
 */
export function schedule(input: ScheduleInput): Schedule {
  const table = jobTable(input.jobs);
  const bound = lowerBound(table, input);
  const found = searchOrder(table, input, bound.ms);
  const stuck = found.course.startMs.findIndex((ms) => Number.isNaN(ms));
  if (stuck >= 0) throw new Error(`job ${table.jobs[stuck]?.id} can never start within the limits`);
  return { ...found, table, lowerBound: bound };
}
