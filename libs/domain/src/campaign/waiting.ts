import { conditionsOf, unmetBecause } from './conditions';
import { toMs } from '../instant';
import { closedGate } from './dispatch';
import { closedToAll } from './open-times';
import { type Campaign, type Execution, isRestoring, isSettled, type JobState } from './state';
import { heldBack } from './waves';

/** Why a job that has not begun is not running at this moment; null for jobs that run or have ended. */
export function waitingBecause(campaign: Campaign, job: JobState, at: string): string | null {
  const { execution } = campaign;
  if (!execution || job.status !== 'waiting') return null;
  return (
    campaignWaits(campaign, at) ??
    jobWaits(execution, job) ??
    closedGate(execution, job, at) ??
    'it is about to start'
  );
}

function campaignWaits({ status, execution, paused }: Campaign, at: string): string | null {
  if (status === 'planned') return 'the plan is not approved yet';
  if (status === 'approved' && execution) return closedToAll(execution, toMs(at)) ?? 'it is about to start';
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

/**
 * What keeps a campaign as a whole from going on although nothing of it runs that it could wait for: the gate or the soak of
 * a wave that is over, and conditions of the business that do not hold. Empty when nothing does.
 */
export function closedGates({ execution, restore, status }: Campaign, at: string): string[] {
  if (!execution || restore || status === 'closed') return [];
  const next = execution.plan.waves.find((wave) => !execution.releasedWaves.has(wave.name));
  const held = next && status === 'running' ? heldBack(execution, next.name, at) : null;
  const conditions = conditionsOf(execution, at).flatMap(({ name, isMet, word, waiting }) =>
    isMet || waiting === 0 ? [] : [`${waiting} job(s) wait for ${unmetBecause(name, word)}`],
  );
  return held === null ? conditions : [`wave ${next?.name} is not released yet: ${held}`, ...conditions];
}
