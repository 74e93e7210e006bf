import type { ApplicationForecast, Plan } from '@patchtide/contracts';
import { clock, dayAndTime } from '../terminal/time';
import type { Across } from './axis';
import type { HeadingRow } from './rows';
import { element, escaped, text } from './svg';
import type { TimeScale } from './time-scale';

interface Mark {
  readonly ms: number;
  readonly label: string;
  readonly look: 'edge' | 'mark' | 'at';
}

const LEVEL = 12;
const LETTER = 5.4;

/** Window edges, the moment of the plan, and the ends that nights are likely to have: lines with labels above. */
export function drawMarks(plan: Plan, scale: TimeScale, { top, bottom }: Across, right: number): string {
  const taken: number[] = [];
  return marksOf(plan, scale)
    .map(({ ms, label, look }) => {
      const x = scale.x(ms);
      const length = label.length * LETTER;
      const start = x + length > right ? x - length : x;
      const free = taken.findIndex((end) => end + 6 <= start);
      const level = free === -1 ? taken.length : free;
      taken[level] = start + length;
      const y = top - 18 - level * LEVEL;
      const anchor = start === x ? {} : { 'text-anchor': 'end' };
      return (
        element('line', { class: look, x1: x, x2: x, y1: y + 3, y2: bottom }) +
        text({ x, y }, label, { class: 'small', ...anchor })
      );
    })
    .join('');
}

function marksOf({ windows, at, forecast: { end, spread } }: Plan, scale: TimeScale): Mark[] {
  const [first, last] = [scale.stretches[0]?.fromMs ?? 0, scale.stretches.at(-1)?.toMs ?? 0];
  const edges = windows.flatMap(({ start, end: close, timezone }, i): Mark[] => {
    const which = windows.length === 1 ? 'window' : `window ${i + 1}`;
    return [
      { ms: Date.parse(start), label: `${which} opens ${dayAndTime(start, timezone)}`, look: 'edge' },
      { ms: Date.parse(close), label: `${which} closes ${dayAndTime(close, timezone)}`, look: 'edge' },
    ];
  });
  const timezone = windows[0]?.timezone ?? 'UTC';
  const likely =
    spread.runs === 0
      ? []
      : ([
          ['p90', spread.p90End],
          ['p99', spread.p99End],
        ] as const);
  const marks: Mark[] = [
    ...edges,
    { ms: Date.parse(end), label: `expected end ${clock(end, timezone)}`, look: 'mark' },
    ...likely.map(([name, instant]): Mark => ({
      ms: Date.parse(instant),
      label: `${name} ${clock(instant, timezone)}`,
      look: 'mark',
    })),
    { ms: Date.parse(at), label: `planned at ${dayAndTime(at, timezone)}`, look: 'at' },
  ];
  return marks.filter(({ ms }) => ms >= first && ms <= last).sort((a, b) => a.ms - b.ms);
}

/** Times in which nothing may start. */
export function drawFreezes({ freezes }: Plan, scale: TimeScale, { top, bottom }: Across): string {
  return freezes
    .map(({ name, start, end, servers }) => {
      const x = scale.x(Date.parse(start));
      const width = scale.x(Date.parse(end)) - x;
      if (width <= 0) return '';
      const whom = servers === null ? '' : ' (some servers)';
      return (
        element(
          'rect',
          { class: 'freeze', x, y: top, width, height: bottom - top },
          element('title', {}, escaped(`${name}${whom}`)),
        ) + text({ x: x + 3, y: bottom - 4 }, `freeze: ${name}${whom}`, { class: 'small' })
      );
    })
    .join('');
}

/** How long an application is down, and the last safe moment for its stop. */
export function drawOutages({ y, height, outages }: HeadingRow, scale: TimeScale, timezone: string): string {
  return outages.map((one) => outage(one, scale, y + height / 2, timezone)).join('');
}

function outage(
  { application, downFrom, upAt, lastSafeMoment }: ApplicationForecast,
  scale: TimeScale,
  y: number,
  timezone: string,
): string {
  const safe = Math.round(scale.x(Date.parse(lastSafeMoment)));
  const words = `${application}: last safe moment ${dayAndTime(lastSafeMoment, timezone)}`;
  const diamond = `${safe - 5},${y} ${safe},${y - 5} ${safe + 5},${y} ${safe},${y + 5}`;
  return (
    element('line', {
      class: 'downtime',
      x1: scale.x(Date.parse(downFrom)),
      x2: scale.x(Date.parse(upAt)),
      y1: y,
      y2: y,
    }) +
    element('polygon', { class: 'safe', points: diamond }, element('title', {}, escaped(words))) +
    text({ x: safe - 8, y: y + 3 }, clock(lastSafeMoment, timezone).slice(0, 5), {
      class: 'small',
      'text-anchor': 'end',
    })
  );
}
