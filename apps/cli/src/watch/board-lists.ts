import type { Line } from '../terminal/line';
import { printable } from '../terminal/printable';
import type { Span } from '../terminal/style';
import { duration, since } from '../terminal/time';
import { cut, pad } from '../terminal/width';
import { type IncidentView, type JobView, resolvedText } from '../views';
import type { Frame } from './board';
import type { Picture } from './picture';

/** Indent, age and remarks beside the name. */
const BESIDE_NAME = 34;
const LEAST_NAME = 12;
const WIDEST_NAME = 56;
/** So wide, a line has room for the server as well. */
const SHOWS_SERVER = 100;
const SERVER_CELLS = 16;
const AGE_CELLS = 8;
/** So much over its estimate, a job is worth a look. */
const LATE_FACTOR = 1.5;
const LATE_MS = 2_000;

/** A title and at most so many jobs, the oldest first. */
export function underWayRows({ underWay, nowMs }: Picture, frame: Frame, rows: number): Line[] {
  const oldest = [...underWay].sort(
    (a, b) => Date.parse(a.since) - Date.parse(b.since) || (a.id < b.id ? -1 : 1),
  );
  const shown = oldest.slice(0, rows);
  return [title('Under way', oldest.length, shown.length), ...shown.map((job) => jobRow(job, nowMs, frame))];
}

function title(name: string, count: number, shown: number): Line {
  const hidden = count > shown ? `, ${count - shown} more than shown` : '';
  return [
    { text: name, style: 'bold' },
    { text: ` ${count}${hidden}`, style: 'dim' },
  ];
}

function jobRow(job: JobView, nowMs: number, { cells }: Frame): Line {
  return [
    { text: `  ${nameCell(job.name, cells)}` },
    {
      text: cells < SHOWS_SERVER ? '' : pad(cut(printable(job.server), SERVER_CELLS), SERVER_CELLS),
      style: 'dim',
    },
    { text: since(job.since, nowMs).padStart(AGE_CELLS) },
    ...remarks(job, nowMs),
  ];
}

/** Always as wide, whatever the names are. */
function nameCell(name: string, cells: number): string {
  const beside = BESIDE_NAME + (cells < SHOWS_SERVER ? 0 : SERVER_CELLS);
  const width = Math.max(LEAST_NAME, Math.min(WIDEST_NAME, cells - beside));
  return pad(cut(printable(name), width), width);
}

function remarks(job: JobView, nowMs: number): Span[] {
  const expectedMs = Date.parse(job.estimatedEnd) - Date.parse(job.estimatedStart);
  const takenMs = nowMs - Date.parse(job.since);
  const isLate = takenMs > expectedMs * LATE_FACTOR && takenMs > expectedMs + LATE_MS;
  return [
    ...(job.attempt > 1 ? [{ text: `  attempt ${job.attempt}`, style: 'yellow' as const }] : []),
    ...(job.status === 'dispatched' ? [{ text: '  sent', style: 'dim' as const }] : []),
    ...(isLate ? [{ text: `  usually ${duration(expectedMs)}`, style: 'yellow' as const }] : []),
  ];
}

/** A title and at most so many lines of incidents: open ones with what they say, then those that are over. */
export function incidentRows({ incidents, nowMs }: Picture, frame: Frame, rows: number): Line[] {
  const open = incidents.filter(({ status }) => status !== 'resolved');
  const over = incidents.filter(({ status }) => status === 'resolved').sort(byOpening);
  const entries = [
    ...open.map((incident) => openRows(incident, nowMs, frame)),
    ...over.map((incident) => [overRow(incident, frame)]),
  ];
  const shown = firstWhole(entries, rows);
  const count = `${open.length} open, ${over.length} resolved`;
  const hidden = entries.length - shown.length;
  const more = hidden > 0 ? `, ${hidden} more than shown` : '';
  const heading: Line = [
    { text: 'Incidents', style: 'bold' },
    { text: ` ${count}${more}`, style: open.length > 0 ? 'red' : 'dim' },
  ];
  return [heading, ...shown.flat()];
}

/** The first entries whose lines fit, none of them in part. */
function firstWhole(entries: readonly (readonly Line[])[], rows: number): (readonly Line[])[] {
  let left = rows;
  return entries.filter((lines) => (left -= lines.length) >= 0);
}

function byOpening(a: IncidentView, b: IncidentView): number {
  return Date.parse(b.openedAt) - Date.parse(a.openedAt);
}

function openRows(incident: IncidentView, nowMs: number, { cells }: Frame): Line[] {
  const { name, status, openedAt, waiting, summary } = incident;
  const facts = `${status} for ${since(openedAt, nowMs)}, ${waiting === 1 ? '1 job waits' : `${waiting} jobs wait`}`;
  return [
    [{ text: '! ', style: 'red' }, { text: nameCell(name, cells) }, { text: ` ${facts}`, style: 'red' }],
    [{ text: `    ${summary}` }],
  ];
}

function overRow(incident: IncidentView, { cells, isUnicode }: Frame): Line {
  const { name, summary } = incident;
  return [
    { text: isUnicode ? '✓ ' : '+ ', style: 'green' },
    { text: nameCell(name, cells) },
    { text: ` ${resolvedText(incident)}`, style: 'green' },
    { text: `  ${summary}`, style: 'dim' },
  ];
}
