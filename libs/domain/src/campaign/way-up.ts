import { type Execution, givesBack, isSettled, type JobState } from './state';

/**
 * What keeps a job that gives something back from running on the way up: another that gives back and comes first, or
 * one that still works on its server, by us or in a person's hands. Null when nothing does.
 */
export function blockerOnWayUp(execution: Execution, job: JobState): JobState | null {
  for (const earlier of predecessors(execution, job)) {
    const blocks = givesBack(earlier.plan) ? !isSettled(earlier.status) : isAtWork(execution, earlier);
    const blocker = blocks ? earlier : serverWorkBefore(execution, earlier);
    if (blocker) return blocker;
  }
  return null;
}

export function isReadyToRestore(execution: Execution, job: JobState): boolean {
  return blockerOnWayUp(execution, job) === null;
}

/** A verification that was skipped says nothing about the patch before it, which may still run. */
function serverWorkBefore(execution: Execution, job: JobState): JobState | null {
  if (!isServerWork(job)) return null;
  for (const earlier of predecessors(execution, job).filter(isServerWork)) {
    const blocker = isAtWork(execution, earlier) ? earlier : serverWorkBefore(execution, earlier);
    if (blocker) return blocker;
  }
  return null;
}

function predecessors(execution: Execution, job: JobState): JobState[] {
  return job.plan.dependsOn.flatMap((id) => execution.jobs.get(id) ?? []);
}

function isAtWork(execution: Execution, job: JobState): boolean {
  return execution.inFlight.has(job.plan.id) || job.status === 'taken-over';
}

function isServerWork({ plan }: JobState): boolean {
  return plan.action === 'PATCH' || plan.action === 'REBOOT' || plan.action === 'VERIFY';
}
