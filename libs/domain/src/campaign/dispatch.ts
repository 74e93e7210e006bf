import type { CampaignEvent } from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { byUrgency } from '../plan/plan-index';
import { exhaustedScope } from './budgets';
import { isReadyToRestore } from './evolve';
import { type Execution, givesBack, isRestoring, type JobState, obligationOf } from './state';

/** Starts every job that may start now, most urgent first, within all limits. */
export function dispatch(execution: Execution, at: string, epoch: number): CampaignEvent[] {
  const events: CampaignEvent[] = [];
  const claimed: JobState[] = [];
  for (const id of candidates(execution)) {
    const job = execution.jobs.get(id);
    if (!job || closedGate(execution, job, at) !== null) continue;
    // Claims count against the limits while this batch is decided; applying the events counts them for good.
    execution.limiter.start(job.plan);
    claimed.push(job);
    events.push(...dispatchJob(execution, job, at, epoch));
  }
  for (const job of claimed) execution.limiter.end(job.plan);
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
    return isReadyToRestore(execution, job)
      ? execution.limiter.refusal(plan)
      : 'something it needs is not up yet';
  }
  if (!execution.releasedWaves.has(plan.wave)) return `wave ${plan.wave} is not released yet`;
  if (plan.action === 'STOP') {
    const scope = exhaustedScope(execution, plan);
    if (scope !== null) return `the failure budget of ${scope} is used up`;
    if (now > lastSafeMs(execution, plan.id)) return 'its last safe moment has passed';
  }
  return execution.limiter.refusal(plan);
}

/** Latest moment, in epoch milliseconds, at which a job may begin so that everything after it still ends in the window. */
export function lastSafeMs(execution: Execution, job: string): number {
  return toMs(execution.plan.window.end) - (execution.index.tailMs.get(job) ?? 0);
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
