import type { CampaignEvent } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { byUrgency } from '../plan/plan-index';
import { exhaustedScope } from './budgets';
import { unmetCondition } from './conditions';
import { closedTime, windowOf } from './open-times';
import { type Execution, givesBack, isRestoring, type JobState, obligationOf } from './state';
import { waveRefusal } from './waves';
import { blockerOnWayUp, isReadyToRestore } from './way-up';

/** Starts every job that may start now, most urgent first, within all limits. */
export function dispatch(execution: Execution, at: string, epoch: number): CampaignEvent[] {
  if (execution.limiter.isFull()) return [];
  const events: CampaignEvent[] = [];
  const claims: (() => void)[] = [];
  for (const id of candidates(execution, toMs(at))) {
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

function candidates(execution: Execution, now: number): string[] {
  const ready = new Set([...execution.ready].filter((id) => mayBeDue(execution, id, now)));
  if (execution.restoring.size > 0) for (const job of restorable(execution)) ready.add(job.plan.id);
  return [...ready].sort(byUrgency(execution.index));
}

/** Thousands of jobs of later waves and windows are ready all the time, and none of them is due. */
function mayBeDue(execution: Execution, id: string, now: number): boolean {
  if (execution.restoring.size > 0) return true;
  const job = execution.jobs.get(id)?.plan;
  return (
    job !== undefined && execution.releasedWaves.has(job.wave) && windowOf(execution, job).startMs <= now
  );
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
  const now = toMs(at);
  if (isRestoring(execution, job.plan.group))
    return notItsTurn(job, now) ?? closedOnWayUp(execution, job) ?? execution.limiter.refusal(job.plan);
  return (
    (givesBack(job.plan) ? null : closedTime(execution, job.plan, now)) ??
    notItsTurn(job, now) ??
    closedWave(execution, job.plan.wave, at) ??
    unmetCondition(execution, job.plan.gates, at) ??
    closedToDisruption(execution, job, now) ??
    execution.limiter.refusal(job.plan)
  );
}

function notItsTurn({ plan, notBeforeMs }: JobState, now: number): string | null {
  if (plan.executor === 'person') return 'a person has to do this';
  return notBeforeMs > now ? `it is tried again at ${toInstant(notBeforeMs)}` : null;
}

function closedOnWayUp(execution: Execution, job: JobState): string | null {
  if (!givesBack(job.plan)) return 'everything is being given back';
  const blocker = blockerOnWayUp(execution, job);
  return blocker ? `it waits for ${blocker.plan.name}` : null;
}

/** Why no job of a wave may start; null when it is released. */
function closedWave(execution: Execution, wave: string, at: string): string | null {
  if (execution.releasedWaves.has(wave)) return null;
  return `wave ${wave} is not released yet: ${waveRefusal(execution, wave, at) ?? 'it is about to be'}`;
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

/** Latest moment, in epoch milliseconds, at which a job may begin so that everything after it still ends in its window. */
export function lastSafeMs(execution: Execution, job: string): number {
  const plan = execution.jobs.get(job)?.plan;
  const endMs = plan ? windowOf(execution, plan).endMs : execution.windowEndMs;
  return endMs - (execution.index.tailMs.get(job) ?? 0);
}

/**
 * Latest moment, in epoch milliseconds, at which a job that was dispatched may still begin on its host: what disrupts until
 * its last safe moment, what gives back at any time, the rest within its window. The same for every copy of an order.
 */
export function latestBeginMs(execution: Execution, job: JobState): number {
  if (givesBack(job.plan)) return Infinity;
  return beginsDisruption(execution, job)
    ? lastSafeMs(execution, job.plan.id)
    : windowOf(execution, job.plan).endMs;
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
