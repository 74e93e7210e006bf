import { inWords } from '../forecast/in-words';
import { toInstant, toMs } from '../instant';
import { type Delay, largestDelay } from './delays';
import { criticalRest } from './critical-rest';
import { rehearseRest, type Rest } from './rest';
import type { Execution } from './state';

export interface LiveForecast {
  /** Expected end of the campaign, from what has really happened and the expected durations of the rest. */
  readonly end: string;
  /** End of the last window. */
  readonly windowEnd: string;
  /** Least time between the expected end of a job and the end of its window; negative when it does not fit. */
  readonly slackMs: number;
  readonly fits: boolean;
  /** The job whose remaining path decides the end; null when nothing is left. */
  readonly decidedBy: string | null;
  /** How much later than planned it ends; negative: earlier. */
  readonly slipMs: number;
  /** Why it ends later than planned, in words; null when it does not by a minute. */
  readonly cause: string | null;
}

/** Where the campaign ends if the rest goes as expected, and what makes it late. */
export function liveForecast(execution: Execution, at: string): LiveForecast {
  return liveForecastWith(execution, at).forecast;
}

/** The same with the rehearsal that it was made of. */
export function liveForecastWith(
  execution: Execution,
  at: string,
): { readonly forecast: LiveForecast; readonly rest: Rest } {
  const rest = rehearseRest(execution, at);
  return { forecast: forecastOf(execution, rest), rest };
}

function forecastOf(execution: Execution, rest: Rest): LiveForecast {
  const { plan } = execution;
  const endMs = rest.course.lastMs;
  const path = criticalRest(rest);
  const slackMs = slackOf(execution, rest);
  const slipMs = endMs - toMs(plan.forecast.end);
  return {
    end: toInstant(endMs),
    windowEnd: plan.window.end,
    slackMs,
    fits: slackMs >= 0,
    decidedBy: path[0] ?? null,
    slipMs,
    cause: slipMs < MINUTE_MS ? null : causeOf(execution, largestDelay(execution, path, rest.atMs), slackMs),
  };
}

const MINUTE_MS = 60_000;

function slackOf({ plan, windowEndMs }: Execution, { table, course, atMs }: Rest): number {
  const ends = plan.windows.map((window) => toMs(window.end));
  let slackMs = windowEndMs - Math.max(atMs, course.lastMs);
  table.jobs.forEach(({ window }, job) => {
    const endsMs = ends[window % ends.length] ?? windowEndMs;
    slackMs = Math.min(slackMs, endsMs - (course.endMs[job] ?? 0));
  });
  return slackMs;
}

function causeOf({ plan }: Execution, delay: Delay | null, slackMs: number): string {
  const slack = slackMs < 0 ? `${inWords(-slackMs)} over the window` : `slack ${inWords(slackMs)}`;
  if (!delay) return `no job took longer by a minute, jobs began later than planned, ${slack}`;
  const isPlanned = plan.forecast.criticalPath.includes(delay.job.plan.id);
  const role = delay.isCritical
    ? isPlanned
      ? 'critical as planned'
      : 'now critical'
    : 'beside the critical path';
  return `${delay.job.plan.name} ${delay.what}, ${role}, ${slack}`;
}
