import type { CampaignEvent } from '@patchtide/contracts';
import { toMs } from '../instant';
import { budgetChanges } from './budgets';
import { lastSafeMs } from './dispatch';
import { resolveIncident } from './incidents';
import {
  counterpartOf,
  type Execution,
  givesBack,
  isInFlight,
  isRestoring,
  type JobState,
  neverBegan,
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
    if (job && mustBeEarlier(execution, job, now)) late.set(job.plan.group, new Set());
  }
  if (late.size === 0) return [];
  for (const { group, applications } of execution.plan.jobs) {
    for (const application of applications) late.get(group)?.add(application);
  }
  const reason = 'the last safe moment to stop has passed';
  return [...late].map(([group, applications]) => ({
    type: 'ApplicationsLeftOut',
    data: { group, applications: [...applications].sort(), reason, at },
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
  const pointless = [...execution.jobs.values()].filter(
    (job) => isRestoring(execution, job.plan.group) && isPointless(execution, job),
  );
  const skipped = new Set(pointless.map((job) => job.plan.id));
  const stillFailing = new Set([...execution.failing].filter((id) => !skipped.has(id)));
  const budgets =
    stillFailing.size < execution.failing.size ? budgetChanges(execution, stillFailing, at) : [];
  return [...pointless.flatMap((job) => skip(execution, job, at)), ...budgets];
}

function skip(execution: Execution, job: JobState, at: string): CampaignEvent[] {
  const { id } = job.plan;
  const reason = givesBack(job.plan) ? 'nothing to give back' : 'everything is being given back';
  return [
    { type: 'JobSkipped', data: { job: id, by: PATCHTIDE, reason, at } },
    ...resolveIncident(execution, { job: id, how: 'restore', by: PATCHTIDE, at }),
  ];
}

function isPointless(execution: Execution, job: JobState): boolean {
  if (job.status !== 'waiting' && !neverBegan(job)) return false;
  if (!givesBack(job.plan)) return true;
  const obligation = obligationOf(job.plan);
  if (obligation && execution.obligations.get(obligation.id)?.open === true) return false;
  // What still runs is waited for: its end says whether there is something to give back.
  const taking = counterpartOf(execution, job.plan);
  return !taking || !isInFlight(taking.status);
}
