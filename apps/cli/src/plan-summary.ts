import type { Plan } from '@patchtide/contracts';
import { table } from './output';

/** A plan for people: does it fit, what decides, what is left out, and every job in the order of time. */
export function planSummary(plan: Plan): string {
  const { forecast } = plan;
  const jobs = [...plan.jobs].sort((a, b) =>
    a.estimatedStart < b.estimatedStart ? -1 : a.estimatedStart > b.estimatedStart ? 1 : 0,
  );
  const rows = jobs.map((job) => [
    clock(job.estimatedStart),
    clock(job.estimatedEnd),
    job.name,
    job.wave,
    `${job.dependsOn.length}`,
  ]);
  return [
    `Plan of ${plan.change} under policy ${plan.policy}`,
    `  digest     ${plan.digest}`,
    `  window     ${plan.window.start} to ${plan.window.end}`,
    `  servers    ${Object.keys(plan.servers).length}, jobs ${plan.jobs.length}`,
    `  forecast   ${forecast.fits ? 'fits' : 'DOES NOT FIT'}: ends ${forecast.end}, ${minutes(forecast.slackMs)} ${forecast.slackMs < 0 ? 'too late' : 'to spare'}`,
    `  decided by ${forecast.criticalPath.slice(0, 6).join(' > ')}${forecast.criticalPath.length > 6 ? ' > …' : ''} (${minutes(forecast.criticalPathMs)})`,
    '',
    table(['from', 'to', 'job', 'wave', 'waits for'], rows),
    ...section(
      'Left out:',
      plan.exclusions.map((e) => `${e.ci}: ${e.reason}`),
    ),
    ...section('To know:', plan.notes),
    ...section(
      'Last safe moments:',
      forecast.applications.map(
        (a) => `${a.application}: ${a.lastSafeMoment}, down for ${minutes(a.downtimeMs)}`,
      ),
    ),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function clock(instant: string): string {
  return instant.slice(11, 19);
}

export function minutes(ms: number): string {
  const total = Math.round(Math.abs(ms) / 1000);
  if (total < 120) return `${total} s`;
  return total < 7200
    ? `${Math.round(total / 60)} min`
    : `${Math.floor(total / 3600)} h ${Math.round((total % 3600) / 60)} min`;
}
