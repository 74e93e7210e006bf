import { closedGate } from './dispatch';
import { type Campaign, type Execution, isRestoring, isSettled, type JobState } from './state';

/** Why a job that has not begun is not running at this moment; null for jobs that run or have ended. */
export function waitingBecause(campaign: Campaign, job: JobState, at: string): string | null {
  const { execution } = campaign;
  if (!execution || job.status !== 'waiting') return null;
  return (
    campaignWaits(campaign) ??
    jobWaits(execution, job) ??
    closedGate(execution, job, at) ??
    'it is about to start'
  );
}

function campaignWaits({ status, change, paused }: Campaign): string | null {
  if (status === 'planned') return 'the plan is not approved yet';
  if (status === 'approved') return `the window opens at ${change?.window.start ?? 'an unknown time'}`;
  return paused ? `the campaign is paused by ${paused.by}: ${paused.reason}` : null;
}

/** On the way up another order counts, which the gate knows. */
function jobWaits(execution: Execution, job: JobState): string | null {
  if (isRestoring(execution, job.plan.group)) return null;
  const before = [...openBefore(execution, job, new Set())].map((earlier) => earlier.plan.name);
  if (before.length === 0) return null;
  const more = before.length > 3 ? ` and ${before.length - 3} more` : '';
  return `it waits for ${before.slice(0, 3).join(', ')}${more}`;
}

/** Predecessors that have not ended; one that was skipped before its turn stands for those before it. */
function openBefore(execution: Execution, job: JobState, found: Set<JobState>): Set<JobState> {
  for (const id of job.plan.dependsOn) {
    const earlier = execution.jobs.get(id);
    if (!earlier) continue;
    if (!isSettled(earlier.status)) found.add(earlier);
    else if ((execution.openWaits.get(id) ?? 0) > 0) openBefore(execution, earlier, found);
  }
  return found;
}
