import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { lastSafeMs } from './dispatch';
import {
  type Execution,
  givesBack,
  isInFlight,
  isRestoring,
  type JobState,
  obligationOf,
  PATCHTIDE,
} from './state';

/**
 * Groups with a STOP that is due but past its last safe moment: nothing more of them is stopped, and what is already
 * down comes up. Past that moment the only legal direction is up.
 */
export function leaveOutLate(execution: Execution, at: string): CampaignEvent[] {
  const now = toMs(at);
  const late = new Map<string, Set<string>>();
  for (const id of execution.ready) {
    const job = execution.jobs.get(id);
    if (!job || !mustBeEarlier(execution, job, now)) continue;
    const applications = late.get(job.plan.group) ?? new Set<string>();
    for (const application of job.plan.applications) applications.add(application);
    late.set(job.plan.group, applications);
  }
  return [...late].map(([group, applications]) => ({
    type: 'ApplicationsLeftOut',
    data: {
      group,
      applications: [...applications].sort(),
      reason: 'the last safe moment to stop has passed',
      at,
    },
  }));
}

/** Mutes and holds lead to a stop and are late when the stop would be; a patch that is late keeps its server down. */
function mustBeEarlier(execution: Execution, job: JobState, now: number): boolean {
  const { action, group, id } = job.plan;
  if (action !== 'STOP' && action !== 'MUTE' && action !== 'HOLD' && action !== 'PATCH') return false;
  return !isRestoring(execution, group) && now > lastSafeMs(execution, id);
}

/** On the way up: what would take something away is skipped, and so is what has nothing to give back. */
export function skipWhileRestoring(execution: Execution, at: string): CampaignEvent[] {
  if (execution.restoring.size === 0) return [];
  return [...execution.jobs.values()]
    .filter((job) => isRestoring(execution, job.plan.group) && isPointless(execution, job))
    .map((job) => ({
      type: 'JobSkipped',
      data: {
        job: job.plan.id,
        by: PATCHTIDE,
        reason: givesBack(job.plan) ? 'nothing to give back' : 'everything is being given back',
        at,
      },
    }));
}

function isPointless(execution: Execution, job: JobState): boolean {
  if (job.status !== 'waiting') return false;
  if (!givesBack(job.plan)) return true;
  const obligation = obligationOf(job.plan);
  if (obligation && execution.obligations.get(obligation.id)?.open === true) return false;
  // A taking job that still runs may open the obligation a moment later; wait for its end.
  const taking = execution.jobs.get(takingJobOf(job));
  return !taking || !isInFlight(taking.status);
}

function takingJobOf(job: JobState): string {
  const pairs = { START: 'stop', UNMUTE: 'mute', RELEASE: 'hold' } as const;
  return `${pairs[job.plan.action as keyof typeof pairs]}-${job.plan.ci}`;
}
