import type { AttemptAlive, AttemptFinished, AttemptStarted, Outcome, WorkOrder } from '@patchtide/contracts';

type Attempt = Pick<WorkOrder, 'campaign' | 'job' | 'attempt' | 'attemptId'>;

export function attempt(job: string, number = 1, campaign = 'CHG1'): Attempt {
  return { campaign, job, attempt: number, attemptId: `${campaign}/${job}/${number}` };
}

function head({ campaign, job, attempt: number, attemptId }: Attempt, executor: string) {
  return { campaign, job, attempt: number, attemptId, executor, at: '2026-11-29T22:00:00Z' };
}

export function started(of: Attempt, executor = 'agent-1'): AttemptStarted {
  return { kind: 'started', ...head(of, executor) };
}

export function alive(of: Attempt, executor = 'agent-1'): AttemptAlive {
  return { kind: 'alive', ...head(of, executor) };
}

export function finished(of: Attempt, outcome: Outcome = 'succeeded', executor = 'agent-1'): AttemptFinished {
  return { kind: 'finished', ...head(of, executor), outcome, summary: `it ${outcome}`, outputTail: '' };
}
