import type { Outcome, PlanJob } from '@patchtide/contracts';
import type { HostTruth } from './host-truth';
import { chance, type Draw, pick } from './random';

/** How rough a night is, each in percent. */
export interface Mood {
  /** Attempts that end badly, or nobody knows how. */
  readonly failures: number;
  /** Orders and reports that never arrive. */
  readonly losses: number;
  /** Reports that arrive twice, late or out of order. */
  readonly delays: number;
}

export const CALM: Mood = { failures: 0, losses: 0, delays: 0 };

/** What becomes of an attempt, and when, as far as the campaign can see. */
export interface Attempt {
  readonly job: PlanJob;
  readonly attempt: number;
  readonly attemptId: string;
}

/** Something that happens at a moment, in milliseconds after now. */
export interface Happening {
  readonly inMs: number;
  readonly act: () => void;
}

export interface Reporting {
  readonly started: (attempt: Attempt) => void;
  readonly finished: (attempt: Attempt, outcome: Outcome) => void;
}

const SECOND_MS = 1000;
const BAD: readonly [Outcome, ...Outcome[]] = [
  ...(['failed', 'failed', 'timed-out', 'unknown'] as const),
  ...(['unreachable', 'not-begun'] as const),
];

/**
 * Plays the executors and their hosts for one attempt: what happens on the host and which reports arrive when. An
 * attempt that executes at all ends on its host within the job's time-out, which the runner there sees to.
 */
export function playAttempt(
  draw: Draw,
  mood: Mood,
  attempt: Attempt,
  { truth, reports }: { truth: HostTruth; reports: Reporting },
): Happening[] {
  const { job, attemptId } = attempt;
  if (chance(draw, mood.losses / 2)) return [];
  const outcome = chance(draw, mood.failures) ? pick(draw, BAD) : 'succeeded';
  const reported = { inMs: 0, act: () => reports.finished(attempt, outcome) };
  if (outcome === 'unreachable' || outcome === 'not-begun') return deliver(draw, mood, reported, SECOND_MS);
  const beginsMs = draw(20) * SECOND_MS;
  const endsMs =
    beginsMs + SECOND_MS + draw(Math.min(job.estimateMs * 2, job.timeoutMs - beginsMs - SECOND_MS));
  const took = outcome === 'succeeded' || chance(draw, 50);
  const started = { inMs: 0, act: () => reports.started(attempt) };
  return [
    { inMs: beginsMs, act: () => truth.begin(job, attemptId) },
    ...deliver(draw, mood, started, beginsMs),
    { inMs: endsMs, act: () => truth.end(job, took) },
    ...deliver(draw, mood, reported, endsMs),
  ];
}

/** A message on its way: lost, late or twice, as the mood has it. */
function deliver(draw: Draw, mood: Mood, message: Happening, sentMs: number): Happening[] {
  const copies = chance(draw, mood.losses) ? 0 : chance(draw, mood.delays) ? 2 : 1;
  return Array.from({ length: copies }, () => {
    const delayMs = chance(draw, mood.delays) ? draw(90 * 60) * SECOND_MS : draw(2) * SECOND_MS;
    return { inMs: sentMs + delayMs, act: message.act };
  });
}
