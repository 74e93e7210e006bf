import type { PlanJob } from '@patchtide/contracts';
import { estimateWords } from '../plan/estimate-words';
import { clock, duration } from '../terminal/time';
import { lanesOf } from './lanes';
import type { LaneRow } from './rows';
import { LOOKS } from './style';
import { element, escaped, text } from './svg';
import type { TimeScale } from './time-scale';

/** A bar in the picture; the critical path is drawn from one to the next. */
export interface Bar {
  readonly job: PlanJob;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The shortest job is still seen. */
const LEAST_WIDTH = 2;
const CODE_WIDTH = 17;
const CODE_HEIGHT = 10;

/** The bars of a row. Jobs that overlap stand above one another. */
export function barsOf({ jobs, y, height }: LaneRow, scale: TimeScale): Bar[] {
  const spans = jobs.map((job) => ({
    from: Date.parse(job.estimatedStart),
    to: Date.parse(job.estimatedEnd),
  }));
  const lanes = lanesOf(spans);
  const room = height - 3;
  return jobs.map((job, i) => {
    const { from, to } = spans[i] ?? { from: 0, to: 0 };
    const { lane, lanes: count } = lanes[i] ?? { lane: 0, lanes: 1 };
    const x = scale.x(from);
    const width = Math.max(LEAST_WIDTH, scale.x(to) - x - 0.5);
    return { job, x, width, y: y + 1.5 + (room * lane) / count, height: room / count };
  });
}

/** A bar with its code where there is room, and everything about the job for who points at it. */
export function drawBar({ job, x, y, width, height }: Bar, timezone: string, isCritical: boolean): string {
  const { code } = LOOKS[job.action];
  const rect = element('rect', {
    class: `a-${job.action}${isCritical ? ' critical' : ''}`,
    ...{ x, y, width, height, rx: Math.min(2, height / 3) },
  });
  const hasRoom = width >= CODE_WIDTH && height >= CODE_HEIGHT - 1;
  const middle = { x: x + width / 2, y: y + height / 2 + 3.2 };
  return element(
    'g',
    {},
    title(job, timezone) + rect + (hasRoom ? text(middle, code, { class: 'code' }) : ''),
  );
}

function title(job: PlanJob, timezone: string): string {
  const times = `${clock(job.estimatedStart, timezone)}-${clock(job.estimatedEnd, timezone)}`;
  const by = job.instructions === null ? '' : `; by hand: ${job.instructions}`;
  const words = `${job.name}: ${times}, ${duration(job.estimateMs)}, ${estimateWords(job)}${by}`;
  return element('title', {}, escaped(words));
}

/** From the first stop in a row to its last start: the time in which something there is down. */
export function drawDown({ jobs, y, height }: LaneRow, scale: TimeScale): string {
  const stops = jobs.filter(({ action }) => action === 'STOP').map((job) => Date.parse(job.estimatedStart));
  const starts = jobs.filter(({ action }) => action === 'START').map((job) => Date.parse(job.estimatedEnd));
  if (stops.length === 0 || starts.length === 0) return '';
  const x = scale.x(Math.min(...stops));
  const width = scale.x(Math.max(...starts)) - x;
  return element('rect', { class: 'down', x, y: y + 0.5, width, height: height - 1 });
}

/** The critical path: lines from the end of each of its bars to the beginning of the next. */
export function drawPath(bars: ReadonlyMap<string, Bar>, criticalPath: readonly string[]): string {
  const onPath = criticalPath.flatMap((id) => bars.get(id) ?? []);
  return onPath
    .slice(1)
    .map((next, i) => {
      const bar = onPath[i] ?? next;
      const ends = {
        x1: bar.x + bar.width,
        y1: bar.y + bar.height / 2,
        x2: next.x,
        y2: next.y + next.height / 2,
      };
      return element('line', { class: 'path', ...ends });
    })
    .join('');
}
