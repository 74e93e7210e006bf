/** A piece of the time axis; an idle one is narrower than its length. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isIdle: boolean;
  readonly x: number;
  readonly width: number;
}

/** Where moments are on the axis. */
export interface TimeScale {
  readonly stretches: readonly Stretch[];
  /** The place of a moment; of the nearer end for one outside of the axis. */
  x(ms: number): number;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface AxisInput {
  /** Moments that must be told apart, also in idle time: the edges of windows. The first and the last end the axis. */
  readonly edges: readonly number[];
  readonly busy: readonly Span[];
  readonly left: number;
  readonly width: number;
}

interface Piece extends Span {
  readonly isIdle: boolean;
}

/** Idle time longer than this share of the busy time is narrowed. */
const IDLE_SHARE = 0.12;
/** The width of narrowed idle time, and how much all of it may take together. */
const IDLE_WIDTH = 90;
const IDLE_SHARE_OF_WIDTH = 0.4;

/**
 * An axis over everything: busy time in scale, long idle time (the rest of the window, the days between two windows)
 * narrowed, so that minutes can be read where something happens.
 */
export function timeScale({ edges, busy, left, width }: AxisInput): TimeScale {
  const whole = { fromMs: Math.min(...edges), toMs: Math.max(...edges) };
  const pieces = cut(whole, merge(busy)).flatMap((piece) => (piece.isIdle ? splitAt(piece, edges) : [piece]));
  const idle = pieces.filter((piece) => piece.isIdle);
  const busyMs = pieces.filter((piece) => !piece.isIdle).reduce((sum, piece) => sum + lengthOf(piece), 0);
  const idleWidth = idle.length === 0 ? 0 : Math.min(IDLE_WIDTH, (width * IDLE_SHARE_OF_WIDTH) / idle.length);
  const perMs = (width - idleWidth * idle.length) / Math.max(1, busyMs);
  const stretches: Stretch[] = [];
  let x = left;
  for (const piece of pieces) {
    const taken = piece.isIdle ? idleWidth : lengthOf(piece) * perMs;
    stretches.push({ ...piece, x, width: taken });
    x += taken;
  }
  return { stretches, x: (ms) => placeOf(stretches, ms, left) };
}

function placeOf(stretches: readonly Stretch[], ms: number, left: number): number {
  const stretch = stretches.find(({ toMs }) => ms <= toMs) ?? stretches.at(-1);
  if (stretch === undefined) return left;
  const share = (ms - stretch.fromMs) / Math.max(1, lengthOf(stretch));
  return stretch.x + stretch.width * Math.min(1, Math.max(0, share));
}

function merge(spans: readonly Span[]): Span[] {
  const merged: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...spans].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = merged.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  return merged;
}

/** Busy and long idle pieces that follow one another; short idle time counts as busy. */
function cut(whole: Span, busy: readonly Span[]): Piece[] {
  const least = busy.reduce((sum, span) => sum + lengthOf(span), 0) * IDLE_SHARE;
  const edges = [whole.fromMs, ...busy.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), whole.toMs];
  const pieces: Piece[] = [];
  edges.slice(1).forEach((toMs, i) => {
    const fromMs = edges[i] ?? toMs;
    if (toMs <= fromMs) return;
    const isIdle = i % 2 === 0 && toMs - fromMs > least;
    const last = pieces.at(-1);
    if (last && !last.isIdle && !isIdle) pieces[pieces.length - 1] = { ...last, toMs };
    else pieces.push({ fromMs, toMs, isIdle });
  });
  return pieces;
}

function splitAt({ fromMs, toMs }: Piece, edges: readonly number[]): Piece[] {
  const inside = edges.filter((ms) => ms > fromMs && ms < toMs).sort((a, b) => a - b);
  const ends = [...new Set([...inside, toMs])];
  return ends.map((end, i) => ({ fromMs: ends[i - 1] ?? fromMs, toMs: end, isIdle: true }));
}

function lengthOf({ fromMs, toMs }: Span): number {
  return toMs - fromMs;
}
