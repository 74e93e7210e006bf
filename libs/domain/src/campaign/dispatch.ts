import type { CampaignEvent } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { byUrgency } from '../plan/plan-index';
import { exhaustedScope } from './budgets';
import { type Execution, givesBack, isRestoring, type JobState, obligationOf } from './state';
import { blockerOnWayUp, isReadyToRestore } from './way-up';

/** Starts every job that may start now, most urgent first, within all limits. */
export function dispatch(execution: Execution, at: string, epoch: number): CampaignEvent[] {
  if (execution.limiter.isFull()) return [];
  const events: CampaignEvent[] = [];
  const claims: (() => void)[] = [];
  for (const id of candidates(execution)) {
    if (execution.limiter.isFull()) break;
    const job = execution.jobs.get(id);
    if (!job || closedGate(execution, job, at) !== null) continue;
    // Claims count against the limits while this batch is decided; applying the events counts them for good.
    claims.push(execution.limiter.claim(job.plan));
    events.push(...dispatchJob(execution, job, at, epoch));
  }
  for (const takeBack of claims.reverse()) takeBack();
  return events;
}

function candidates(execution: Execution): string[] {
  const ready = new Set(execution.ready);
  if (execution.restoring.size > 0) for (const job of restorable(execution)) ready.add(job.plan.id);
  return [...ready].sort(byUrgency(execution.index));
}

function restorable(execution: Execution): JobState[] {
  return [...execution.jobs.values()].filter(
    (job) =>
      job.status === 'waiting' &&
      givesBack(job.plan) &&
      isRestoring(execution, job.plan.group) &&
      isReadyToRestore(execution, job),
  );
}

/** Why a job whose predecessors are done may not start at this moment; null when it may. Closed gates always say why. */
export function closedGate(execution: Execution, job: JobState, at: string): string | null {
  const { plan } = job;
  const now = toMs(at);
  if (plan.executor === 'person') return 'a person has to do this';
  if (job.notBeforeMs > now) return `it is tried again at ${toInstant(job.notBeforeMs)}`;
  if (isRestoring(execution, plan.group)) {
    if (!givesBack(plan)) return 'everything is being given back';
    const blocker = blockerOnWayUp(execution, job);
    return blocker ? `it waits for ${blocker.plan.name}` : execution.limiter.refusal(plan);
  }
  if (!execution.releasedWaves.has(plan.wave)) return `wave ${plan.wave} is not released yet`;
  return closedToDisruption(execution, job, now) ?? execution.limiter.refusal(plan);
}

/** A used-up budget begins nothing new; it neither leaves a server half done nor overrules an operator's retry. */
function closedToDisruption(execution: Execution, job: JobState, now: number): string | null {
  if (!beginsDisruption(execution, job)) return null;
  const scope = job.askedBy === 'operator' ? null : exhaustedScope(execution, job.plan);
  if (scope !== null) return `the failure budget of ${scope} is used up`;
  return now > lastSafeMs(execution, job.plan.id) ? 'its last safe moment has passed' : null;
}

/** A stop, or the patch of a server on which nothing had to be stopped. */
function beginsDisruption(execution: Execution, { plan }: JobState): boolean {
  if (plan.action !== 'PATCH') return plan.action === 'STOP';
  return !plan.dependsOn.some((id) => {
    const action = execution.jobs.get(id)?.plan.action;
    return action === 'STOP' || action === 'PATCH';
  });
}

/** Latest moment, in epoch milliseconds, at which a job may begin so that everything after it still ends in the window. */
export function lastSafeMs(execution: Execution, job: string): number {
  return execution.windowEndMs - (execution.index.tailMs.get(job) ?? 0);
}

/**
 * Latest moment, in epoch milliseconds, at which a job that was dispatched may still begin on its host: what disrupts until
 * its last safe moment, what gives back at any time, the rest within the window. The same for every copy of an order.
 */
export function latestBeginMs(execution: Execution, job: JobState): number {
  if (givesBack(job.plan)) return Infinity;
  return beginsDisruption(execution, job) ? lastSafeMs(execution, job.plan.id) : execution.windowEndMs;
}

function dispatchJob(execution: Execution, job: JobState, at: string, epoch: number): CampaignEvent[] {
  const { plan } = job;
  const attempt = job.attempt + 1;
  const attemptId = `${execution.plan.change}/${plan.id}/${attempt}`;
  const dispatched: CampaignEvent = {
    type: 'JobDispatched',
    data: { job: plan.id, attempt, attemptId, epoch, at },
  };
  const obligation = obligationOf(plan);
  if (!obligation || givesBack(plan) || execution.obligations.get(obligation.id)?.open === true)
    return [dispatched];
  const opened: CampaignEvent = {
    type: 'ObligationOpened',
    data: {
      obligation: obligation.id,
      kind: obligation.kind,
      ci: plan.ci,
      server: plan.server,
      job: plan.id,
      ...(plan.owner === null ? {} : { owner: plan.owner }),
      at,
    },
  };
  return [opened, dispatched];
}
