import type { Plan } from '@patchtide/contracts';
import { counted } from '../terminal/counted';
import { dayAndTime, duration } from '../terminal/time';
import { cut } from '../terminal/width';
import { drawAxis } from './axis';
import { type Bar, barsOf, drawBar, drawDown, drawPath } from './bars';
import { drawLegend } from './legend';
import { drawFreezes, drawMarks, drawOutages } from './marks';
import { type GanttRow, ganttRows } from './rows';
import { styleSheet } from './style';
import { element, escaped, text } from './svg';
import { timeScale, type TimeScale } from './time-scale';

const WIDTH = 1400;
const LEFT = 190;
const MARGIN = 20;
const TOP = 172;
const LABEL_LETTERS = 26;

/**
 * The plan as a picture: an SVG document that needs nothing else, without scripts. Rows by application, server and
 * component; bars by action; the critical path; edges of windows, freezes and last safe moments.
 */
export function gantt(plan: Plan): string {
  const { rows, bottom } = ganttRows(plan, TOP);
  const across = { top: TOP - 6, bottom: bottom + 4 };
  const scale = scaleOf(plan);
  const height = bottom + 24;
  const body = [
    element('title', {}, escaped(titleOf(plan))),
    element('desc', {}, escaped(summaryOf(plan))),
    element('style', {}, styleSheet()),
    PATTERNS,
    element('rect', { class: 'paper', width: WIDTH, height }),
    text({ x: MARGIN, y: 28 }, titleOf(plan), { class: 'title' }),
    text({ x: MARGIN, y: 48 }, summaryOf(plan)),
    text({ x: MARGIN, y: 64 }, plan.digest, { class: 'small dim' }),
    drawLegend(plan, { x: MARGIN, y: 76 }),
    rows.map(drawBand).join(''),
    drawAxis(scale, across, plan.window.timezone),
    drawFreezes(plan, scale, across),
    drawRows(plan, rows, scale),
    drawMarks(plan, scale, across, WIDTH - MARGIN),
  ].join('\n');
  const size = { width: WIDTH, height, viewBox: `0 0 ${WIDTH} ${height}` };
  return `${element('svg', { xmlns: 'http://www.w3.org/2000/svg', role: 'img', ...size }, `\n${body}\n`)}\n`;
}

const PATTERNS = element(
  'defs',
  {},
  element(
    'pattern',
    { id: 'idle', width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('line', { class: 'hatch', y2: 6 }),
  ) +
    element(
      'pattern',
      { id: 'freeze', width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(-45)' },
      element('line', { class: 'ice', y2: 8 }),
    ),
);

function titleOf({ change, policy }: Plan): string {
  return `Plan of ${change} under policy ${policy}`;
}

function summaryOf({ forecast, servers, jobs, window: { timezone } }: Plan): string {
  const { fits, end, slackMs } = forecast;
  const slack = `${duration(slackMs)} ${slackMs < 0 ? 'too late' : 'to spare'}`;
  const verdict = `${fits ? 'Fits' : 'DOES NOT FIT'}: ends ${dayAndTime(end, timezone)}, ${slack}`;
  const size = `${counted(Object.keys(servers).length, 'server')}, ${counted(jobs.length, 'job')}`;
  return `${verdict}. ${size}. Times in ${timezone}.`;
}

/** From the first window's start to the last one's end, and to the end that 99 of 100 nights keep. */
function scaleOf({ jobs, windows, forecast }: Plan): TimeScale {
  const busy = jobs.map((job) => ({
    fromMs: Date.parse(job.estimatedStart),
    toMs: Date.parse(job.estimatedEnd),
  }));
  const ends = [forecast.start, forecast.end, forecast.spread.p99End];
  const edges = [...windows.flatMap(({ start, end }) => [start, end]), ...ends].map((instant) =>
    Date.parse(instant),
  );
  return timeScale({ edges, busy, left: LEFT, width: WIDTH - LEFT - MARGIN });
}

/** A heading stands on a band over the whole width. */
function drawBand({ kind, y, height, label }: GanttRow): string {
  const isHeading = kind === 'wave' || kind === 'application';
  const indent = { wave: 0, application: 4, server: 12, component: 24 }[kind];
  const look = {
    wave: 'strong',
    application: 'strong',
    server: height < 14 ? 'small' : '',
    component: 'small dim',
  }[kind];
  const at = { x: MARGIN + indent, y: y + height / 2 + 3.5 };
  const band =
    kind === 'application'
      ? element('rect', { class: 'band', x: MARGIN, y, width: WIDTH - 2 * MARGIN, height })
      : '';
  const words = isHeading ? label : cut(label, LABEL_LETTERS - indent / 6);
  return band + text(at, words, { class: look === '' ? undefined : look });
}

function drawRows(plan: Plan, rows: readonly GanttRow[], scale: TimeScale): string {
  const zone = plan.window.timezone;
  const critical = new Set(plan.forecast.criticalPath);
  const bars = new Map<string, Bar>();
  const drawn = rows.map((row) => {
    if ('outages' in row) return drawOutages(row, scale, zone);
    const ofRow = barsOf(row, scale);
    for (const bar of ofRow) bars.set(bar.job.id, bar);
    const inside = ofRow.map((bar) => drawBar(bar, zone, critical.has(bar.job.id))).join('');
    return drawDown(row, scale) + inside;
  });
  return [...drawn, drawPath(bars, plan.forecast.criticalPath)].join('\n');
}
