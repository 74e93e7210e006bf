import type { Campaign, Execution, JobState } from './state';
import { closedGate } from './dispatch';
import { isSettled } from './state';

/** Why a job that has not begun is not running at this moment; null for jobs that run or have ended. */
export function waitingBecause(campaign: Campaign, job: JobState, at: string): string | null {
  const { execution } = campaign;
  if (!execution || job.status !== 'waiting') return null;
  if (campaign.status === 'planned') return 'the plan is not approved yet';
  if (campaign.status === 'approved')
    return `the window opens at ${campaign.change?.window.start ?? 'an unknown time'}`;
  if (campaign.paused) return `the campaign is paused by ${campaign.paused.by}: ${campaign.paused.reason}`;
  const before = openPredecessors(execution, job);
  if (before.length > 0)
    return `it waits for ${before.slice(0, 3).join(', ')}${before.length > 3 ? ` and ${before.length - 3} more` : ''}`;
  return closedGate(execution, job, at) ?? 'it is about to start';
}

function openPredecessors(execution: Execution, job: JobState): string[] {
  return job.plan.dependsOn.flatMap((id) => {
    const earlier = execution.jobs.get(id);
    return earlier && !isSettled(earlier.status) ? [earlier.plan.name] : [];
  });
}
