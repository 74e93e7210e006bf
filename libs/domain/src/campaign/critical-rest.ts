import type { Rest } from './rest';

/**
 * What decides the end, from what runs or could start now to the job that ends last: each waits for the one before it, or
 * for the place that it has.
 */
export function criticalRest({ table, course, atMs }: Rest): string[] {
  const path: string[] = [];
  for (let job = lastOf(course.endMs); job >= 0; job = before({ table, course, atMs }, job)) {
    path.unshift(table.jobs[job]?.id ?? '');
  }
  return path;
}

function lastOf(endMs: Float64Array): number {
  let last = -1;
  endMs.forEach((ms, job) => {
    if (last < 0 || ms > (endMs[last] ?? 0)) last = job;
  });
  return last;
}

/** The job whose end let this one start; -1 when it starts at once, or something else than a job lets it. */
function before({ table, course, atMs }: Rest, job: number): number {
  const startMs = course.startMs[job] ?? 0;
  const { from, items } = table.waitsFor;
  for (let i = from[job] ?? 0; i < (from[job + 1] ?? 0); i++) {
    const earlier = items[i] ?? 0;
    if (course.endMs[earlier] === startMs) return earlier;
  }
  if (!(startMs > atMs)) return -1;
  return course.endMs.findIndex(
    (endMs, other) => endMs === startMs && (course.startMs[other] ?? 0) < startMs,
  );
}
