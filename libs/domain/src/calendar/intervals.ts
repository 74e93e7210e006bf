/** A stretch of time in epoch milliseconds, its end not included. */
export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.startMs < b.endMs && b.startMs < a.endMs;
}

/** What is left of a stretch of time without others, in order; they need not be. */
export function without(whole: Interval, others: readonly Interval[]): Interval[] {
  const taken = [...others].sort((a, b) => a.startMs - b.startMs);
  const left: Interval[] = [];
  let startMs = whole.startMs;
  for (const other of taken) {
    const endMs = Math.min(other.startMs, whole.endMs);
    if (endMs > startMs) left.push({ startMs, endMs });
    startMs = Math.max(startMs, other.endMs);
  }
  return startMs < whole.endMs ? [...left, { startMs, endMs: whole.endMs }] : left;
}
