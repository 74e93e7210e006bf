import type { AttemptFinished, AttemptStarted, Outcome } from '@patchtide/contracts';

/** Which attempt of which job a report speaks of. */
export interface AttemptRef {
  readonly campaign?: string;
  readonly job: string;
  readonly attempt: number;
  readonly at: string;
}

function head({ campaign = 'CHG1', job, attempt, at }: AttemptRef) {
  return { campaign, job, attempt, at, attemptId: `${campaign}/${job}/${attempt}`, executor: 'agent-1' };
}

export function startedReport(ref: AttemptRef): AttemptStarted {
  return { kind: 'started', ...head(ref) };
}

export function finishedReport(ref: AttemptRef, outcome: Outcome = 'succeeded'): AttemptFinished {
  return { kind: 'finished', ...head(ref), outcome, summary: `the attempt ${outcome}`, outputTail: '' };
}
