import { clock, dayAndTime, duration } from '../terminal/time';
import { element, text } from './svg';
import type { Stretch, TimeScale } from './time-scale';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE_MS);
const LEAST_GAP = 64;

/** From where to where lines across the picture go. */
export interface Across {
  readonly top: number;
  readonly bottom: number;
}

/** Times of day above, a line down from each; idle time is hatched and says how long it is. */
export function drawAxis(scale: TimeScale, { top, bottom }: Across, timezone: string): string {
  return scale.stretches
    .map((stretch) =>
      stretch.isIdle ? idle(stretch, { top, bottom }) : ticks(stretch, scale, { top, bottom }, timezone),
    )
    .join('');
}

function idle({ x, width, fromMs, toMs }: Stretch, { top, bottom }: Across): string {
  const words = duration(toMs - fromMs);
  return (
    element('rect', { class: 'idle', x, y: top, width, height: bottom - top }) +
    text({ x: x + width / 2, y: top - 5 }, `~ ${words} ~`, { class: 'small dim', 'text-anchor': 'middle' })
  );
}

function ticks(stretch: Stretch, scale: TimeScale, { top, bottom }: Across, timezone: string): string {
  const { fromMs, toMs, width } = stretch;
  const perMs = width / (toMs - fromMs);
  const step = STEPS_MS.find((ms) => ms * perMs >= LEAST_GAP) ?? STEPS_MS.at(-1) ?? MINUTE_MS;
  const marks: string[] = [];
  for (let ms = Math.ceil(fromMs / step) * step; ms <= toMs; ms += step) {
    const x = scale.x(ms);
    const instant = new Date(ms).toISOString();
    const label = step < DAY_MS / 2 ? clock(instant, timezone).slice(0, 5) : dayAndTime(instant, timezone);
    marks.push(
      element('line', { class: 'grid', x1: x, x2: x, y1: top, y2: bottom }) +
        (x > stretch.x + width - 24 ? '' : text({ x, y: top - 5 }, label, { class: 'small dim' })),
    );
  }
  return marks.join('');
}
