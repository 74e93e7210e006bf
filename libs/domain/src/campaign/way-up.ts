import { type Execution, givesBack, isSettled, type JobState, obligationOf } from './state';

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
function serverWorkBefore(execution: Execution, job: JobState, seen = new Set<JobState>()): JobState | null {
  if (!isServerWork(job)) return null;
  for (const earlier of predecessors(execution, job).filter(isServerWork)) {
    if (seen.has(earlier)) continue;
    seen.add(earlier);
    const blocker = isAtWork(execution, earlier) ? earlier : serverWorkBefore(execution, earlier, seen);
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

/** Everything between the stops and the starts: patches, and what is asked or done by hand around them. */
function isServerWork({ plan }: JobState): boolean {
  return obligationOf(plan) === null;
}
