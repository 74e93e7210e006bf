import { printable } from '../output';
import { minutes } from '../plan-summary';
import type { CampaignView, IncidentView, JobView } from '../views';

export interface Snapshot {
  readonly campaign: CampaignView;
  readonly running: readonly JobView[];
  readonly incidents: readonly IncidentView[];
  readonly now: number;
}

const SETTLED = ['succeeded', 'completed', 'skipped'];
const ORDER = [
  'succeeded',
  'completed',
  'skipped',
  'running',
  'dispatched',
  'waiting',
  'failed',
  'unknown',
  'taken-over',
];
const SHOWN_JOBS = 8;
const SHOWN_INCIDENTS = 5;

/** The campaign on a few lines: progress, states, what runs, incidents, and whether the window is made. */
export function renderBoard({ campaign, running, incidents, now }: Snapshot, width: number): string[] {
  const total = Object.values(campaign.jobs).reduce((sum, count) => sum + count, 0);
  const done = SETTLED.reduce((sum, status) => sum + (campaign.jobs[status] ?? 0), 0);
  const lines = [
    bold(`${campaign.id}  ${campaign.title}`),
    `${bar(done, total, Math.min(40, width - 40))} ${done}/${total} jobs   ${campaign.servers} servers   ${campaign.status}`,
    `  ${ORDER.filter((status) => campaign.jobs[status])
      .map((status) => `${status} ${campaign.jobs[status] ?? 0}`)
      .join('   ')}`,
    `  ${timing(campaign, now)}`,
    `  owed back: ${campaign.openObligations} (stopped, muted or held)   incidents open: ${campaign.openIncidents}`,
    '',
    ...runningLines(running, now),
    '',
    ...incidentLines(incidents),
  ];
  return lines.map((line) => fit(line, width));
}

function timing(campaign: CampaignView, now: number): string {
  const elapsed =
    campaign.startedAt === null
      ? 'not started'
      : `running for ${minutes(now - Date.parse(campaign.startedAt))}`;
  if (!campaign.forecast) return elapsed;
  const { end, slackMs, fits, decidedBy } = campaign.forecast;
  const verdict = fits ? `${minutes(slackMs)} to spare` : `${minutes(slackMs)} TOO LATE`;
  return `${elapsed}   forecast end ${end.slice(11, 19)} UTC, ${verdict}${decidedBy === null ? '' : `   decided by ${decidedBy}`}`;
}

function runningLines(running: readonly JobView[], now: number): string[] {
  const oldest = [...running].sort((a, b) => (a.since < b.since ? -1 : 1));
  const shown = oldest
    .slice(0, SHOWN_JOBS)
    .map(
      (job) =>
        `  > ${printable(job.name)}  ${minutes(now - Date.parse(job.since))}${job.attempt > 1 ? `  attempt ${job.attempt}` : ''}`,
    );
  return [
    `running: ${running.length}`,
    ...shown,
    ...(running.length > SHOWN_JOBS ? [`    and ${running.length - SHOWN_JOBS} more`] : []),
  ];
}

function incidentLines(incidents: readonly IncidentView[]): string[] {
  if (incidents.length === 0) return ['no incidents'];
  const openFirst = [...incidents].sort(
    (a, b) => Number(a.status === 'resolved') - Number(b.status === 'resolved'),
  );
  const shown = openFirst.slice(0, SHOWN_INCIDENTS).map((incident) => {
    const mark =
      incident.status === 'resolved' ? `resolved (${incident.resolvedHow ?? ''})` : red(incident.status);
    return `  ! ${printable(incident.name)}  ${mark}  ${printable(incident.summary)}`;
  });
  return [`incidents: ${incidents.length}`, ...shown];
}

function bar(done: number, total: number, width: number): string {
  const filled = total === 0 ? 0 : Math.floor((done / total) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}]`;
}

function bold(text: string): string {
  return `\u001b[1m${printable(text)}\u001b[0m`;
}

function red(text: string): string {
  return `\u001b[31m${text}\u001b[0m`;
}

/** Cuts a line to the terminal's width; a line that wraps would break the repainting. */
function fit(line: string, width: number): string {
  // eslint-disable-next-line no-control-regex -- colours take no room
  const visible = line.replace(/\u001b\[\d+m/g, '').length;
  return visible <= width ? line : `${line.slice(0, width - 1 + (line.length - visible))}…\u001b[0m`;
}
