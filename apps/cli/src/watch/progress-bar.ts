import type { Line } from '../terminal/line';
import type { Style } from '../terminal/style';

/** Shares of the jobs, in the order in which they stand in the bar. */
export interface Shares {
  readonly done: number;
  readonly underWay: number;
  readonly failing: number;
  readonly waiting: number;
}

const UNICODE = { done: '█', underWay: '▓', failing: '!', waiting: '░' } as const;
const ASCII = { done: '#', underWay: '=', failing: '!', waiting: '.' } as const;
const STYLES = { done: 'green', underWay: 'cyan', failing: 'red', waiting: 'dim' } as const;

/** A bar of exactly so many cells. What runs and what fails is seen however little it is; done is never rounded up. */
export function progressBar(shares: Shares, cells: number, isUnicode: boolean): Line {
  const glyphs = isUnicode ? UNICODE : ASCII;
  const total = shares.done + shares.underWay + shares.failing + shares.waiting;
  const cellsOf = (count: number) => (total === 0 ? 0 : Math.floor((count / total) * cells));
  const visible = (count: number, room: number) =>
    count === 0 ? 0 : Math.min(room, Math.max(1, cellsOf(count)));
  const done = cellsOf(shares.done);
  const failing = visible(shares.failing, cells - done);
  const underWay = visible(shares.underWay, cells - done - failing);
  const waiting = cells - done - failing - underWay;
  const part = (name: keyof Shares, count: number) => ({
    text: glyphs[name].repeat(count),
    style: STYLES[name] as Style,
  });
  return [part('done', done), part('underWay', underWay), part('failing', failing), part('waiting', waiting)];
}
