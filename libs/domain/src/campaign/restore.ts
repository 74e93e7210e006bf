import type { CampaignEvent } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { budgetChanges } from './budgets';
import { lastSafeMs } from './dispatch';
import { nameOf } from './open-times';
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
  return leaveOut(execution, late, 'the last safe moment to stop has passed', at);
}

/** Groups whose window has ended while another is still to come: what is down comes up, and nothing more is taken away. */
export function leaveOutEnded(execution: Execution, at: string): CampaignEvent[] {
  const now = toMs(at);
  return execution.openTimes.windows.flatMap(({ endMs }, window) => {
    if (endMs > now) return [];
    const unfinished = [...(execution.unfinished[window] ?? [])].filter(
      (group) => !isRestoring(execution, group),
    );
    const reason = `${nameOf(execution, { window })} ended at ${toInstant(endMs)}`;
    return leaveOut(execution, new Map(unfinished.map((group) => [group, new Set()])), reason, at);
  });
}

function leaveOut(
  execution: Execution,
  groups: ReadonlyMap<string, Set<string>>,
  reason: string,
  at: string,
): CampaignEvent[] {
  if (groups.size === 0) return [];
  for (const { group, applications } of execution.plan.jobs) {
    for (const application of applications) groups.get(group)?.add(application);
  }
  return [...groups].map(([group, applications]) => ({
    type: 'ApplicationsLeftOut',
    data: { group, applications: [...applications].sort(), reason, at },
  }));
}

/**
 * Mutes and holds lead to a stop and are late when the stop would be; a patch that is late keeps its server down, and so
 * does a person who is waited for before it.
 */
function mustBeEarlier(execution: Execution, { plan }: JobState, now: number): boolean {
  const leadsDown =
    TAKING.has(plan.action) || (plan.executor === 'person' && isBeforeTaking(execution, plan.id));
  return leadsDown && !isRestoring(execution, plan.group) && now > lastSafeMs(execution, plan.id);
}

const TAKING: ReadonlySet<string> = new Set(['STOP', 'MUTE', 'HOLD', 'PATCH']);

function isBeforeTaking(execution: Execution, job: string): boolean {
  const dependents = execution.index.dependents.get(job) ?? [];
  return dependents.some((id) => TAKING.has(execution.jobs.get(id)?.plan.action ?? ''));
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
