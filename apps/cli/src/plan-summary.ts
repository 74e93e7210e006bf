import type { Plan } from '@patchtide/contracts';
import type { Look } from './output';
import { counted } from './terminal/counted';
import { printable } from './terminal/printable';
import { table } from './terminal/table';
import { clock, dayAndTime, duration, stretch } from './terminal/time';

const SHOWN_OF_PATH = 6;

/** A plan for people: does it fit, what decides, what is left out, and every job in the order of time. */
export function planSummary(plan: Plan, look: Look): string {
  const { forecast, window } = plan;
  const zone = window.timezone;
  const verdict = forecast.fits ? 'fits' : look.paint('DOES NOT FIT', 'alarm');
  const slack = `${duration(forecast.slackMs)} ${forecast.slackMs < 0 ? 'too late' : 'to spare'}`;
  return [
    look.paint(printable(`Plan of ${plan.change} under policy ${plan.policy}`), 'bold'),
    `  digest      ${plan.digest}`,
    `  window      ${stretch(window.start, window.end, zone)} (${zone})`,
    `  size        ${counted(Object.keys(plan.servers).length, 'server')}, ${counted(plan.jobs.length, 'job')}`,
    ...plan.waves.map(({ name, servers, soakMs }) => wave(printable(name), servers, soakMs)),
    `  forecast    ${verdict}: ends ${dayAndTime(forecast.end, zone)}, ${slack}`,
    `  decided by  ${criticalPath(forecast.criticalPath)} (${duration(forecast.criticalPathMs)})`,
    '',
    jobTable(plan, look),
    ...section('Left out:', plan.exclusions, ({ ci, reason }) => `${ci}: ${reason}`),
    ...section('To know:', plan.notes, (note) => note),
    ...section(
      'Last safe moments:',
      forecast.applications,
      ({ application, lastSafeMoment, downtimeMs }) =>
        `${application}: ${dayAndTime(lastSafeMoment, zone)}, down for ${duration(downtimeMs)}`,
    ),
  ].join('\n');
}

function wave(name: string, servers: number, soakMs: number): string {
  return `  wave        ${name}: ${counted(servers, 'server')}${soakMs > 0 ? `, then ${duration(soakMs)} of rest` : ''}`;
}

function criticalPath(jobs: readonly string[]): string {
  const more = jobs.length > SHOWN_OF_PATH ? ` > … ${jobs.length - SHOWN_OF_PATH} more` : '';
  return `${jobs.slice(0, SHOWN_OF_PATH).join(' > ')}${more}`;
}

/** In the order of time, then as in the plan, so that two plans can be compared line by line. */
function jobTable({ jobs, window }: Plan, look: Look): string {
  const inTime = [...jobs].sort((a, b) => Date.parse(a.estimatedStart) - Date.parse(b.estimatedStart));
  const rows = inTime.map((job) => [
    clock(job.estimatedStart, window.timezone),
    clock(job.estimatedEnd, window.timezone),
    job.name,
    job.wave,
    job.dependsOn.length === 0 ? '' : counted(job.dependsOn.length, 'job'),
  ]);
  return table(['from', 'to', 'job', 'wave', 'waits for'], rows, look);
}

function section<T>(title: string, items: readonly T[], lineOf: (item: T) => string): string[] {
  return items.length === 0 ? [] : ['', title, ...items.map((item) => `  ${printable(lineOf(item))}`)];
}
