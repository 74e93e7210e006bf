import type { Admission, Forecast, Plan } from '@patchtide/contracts';
import { counted } from '../terminal/counted';
import { localTimes } from '../terminal/local-times';
import { names } from '../terminal/names';
import type { OutlineRow } from '../terminal/outline';
import { dayAndTime, duration } from '../terminal/time';
import { fact } from './head';

const SHOWN_OF_PATH = 12;

/** Whether it fits, when it ends, how sure that is, what decides it, and what would make it fit. */
export function forecastRows(plan: Plan, whole: boolean): OutlineRow[] {
  const { forecast, window } = plan;
  const zone = window.timezone;
  return [
    null,
    { depth: 0, text: 'Forecast', style: 'bold' },
    verdict(forecast, zone),
    ...spreadRows(forecast, zone),
    fact(
      'at least',
      `${duration(forecast.lowerBoundMs)} in any order, by ${forecast.boundBy}${above(forecast)}`,
    ),
    fact('decided by', `${pathWords(plan, whole)} (${duration(forecast.criticalPathMs)})`),
    ...admissionRows(plan.admission, plan),
  ];
}

function verdict({ fits, slackMs, end, durationMs }: Forecast, zone: string): OutlineRow {
  const slack = `${duration(slackMs)} ${slackMs < 0 ? 'too late' : 'to spare'}`;
  const words = `${fits ? 'fits' : 'DOES NOT FIT'}: ends ${dayAndTime(end, zone)} after ${duration(durationMs)}, ${slack}`;
  return { ...fact('expected', words), style: fits ? 'plain' : 'alarm' };
}

function spreadRows({ spread }: Forecast, zone: string): OutlineRow[] {
  if (spread.runs === 0) return [];
  const { p50End, p90End, p99End, inWindow, runs } = spread;
  const ends = [
    `half of ${runs} simulated nights end by ${dayAndTime(p50End, zone)}`,
    `90 % by ${dayAndTime(p90End, zone)}`,
    `99 % by ${dayAndTime(p99End, zone)}`,
  ];
  return [fact('likely', `${percent(inWindow)} inside the window; ${ends.join(', ')}`)];
}

/** Never 100 % where a night ended late, nor 0 % where one ended in time. */
function percent(share: number): string {
  const rounded = Math.round(share * 100);
  return `${share === 1 || share === 0 ? rounded : Math.min(99, Math.max(1, rounded))} %`;
}

function above({ durationMs, lowerBoundMs }: Forecast): string {
  if (lowerBoundMs <= 0) return '';
  const more = Math.round((durationMs / lowerBoundMs - 1) * 100);
  return more <= 0 ? '; the plan needs no more' : `; the plan needs ${more} % more`;
}

function pathWords({ forecast, jobs }: Plan, whole: boolean): string {
  const nameOf = new Map(jobs.map(({ id, name }) => [id, name]));
  const path = forecast.criticalPath.map((id) => nameOf.get(id) ?? id);
  if (whole || path.length <= SHOWN_OF_PATH) return path.join(' > ');
  const half = SHOWN_OF_PATH / 2;
  return [...path.slice(0, half), `${path.length - SHOWN_OF_PATH} more`, ...path.slice(-half)].join(' > ');
}

const RULES: Readonly<Record<Admission['rule'], string>> = {
  ask: 'people decide',
  reject: 'the policy rejects what does not fit',
  propose: 'the policy proposes what to move',
};

function admissionRows({ verdict: word, rule, reasons, moves }: Admission, plan: Plan): OutlineRow[] {
  const row = fact('admission', word === 'fits' ? `it fits; ${RULES[rule]}` : `DOES NOT FIT; ${RULES[rule]}`);
  return [
    { ...row, style: word === 'fits' ? 'plain' : 'alarm' },
    ...reasons.map((reason): OutlineRow => fact('', localTimes(reason, plan.window.timezone))),
    ...moves.map(({ applications, servers, criticality, toWindow, group }): OutlineRow => {
      const what = applications.length === 0 ? `the servers of group ${group}` : names(applications);
      const where = toWindow === null ? 'leave out' : `move to window ${toWindow + 1}`;
      const when = toWindow === null ? '' : start(plan, toWindow);
      return fact(
        '',
        `- ${where}: ${what} (${counted(servers, 'server')}, criticality ${criticality})${when}`,
      );
    }),
  ];
}

function start({ windows }: Plan, position: number): string {
  const window = windows[position];
  return window === undefined ? '' : `, from ${dayAndTime(window.start, window.timezone)}`;
}
