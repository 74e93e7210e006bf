import type { CampaignEvent, Plan } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Rejected } from '../rejected';
import {
  beginExecution,
  type Campaign,
  type Execution,
  givesBack,
  isSettled,
  type JobState,
  type JobStatus,
} from './state';

/** Plans by digest, as far as the events at hand refer to them. */
export type Plans = ReadonlyMap<string, Plan>;

/**
 * Applies one event to the campaign and returns it. The state is changed in place, because a campaign of 10,000
 * servers has 100,000 jobs: whoever folds owns it. History is trusted; nothing is checked here.
 */
export function evolve(campaign: Campaign, event: CampaignEvent, plans: Plans): Campaign {
  if (campaign.execution && evolveExecution(campaign.execution, event)) return campaign;
  switch (event.type) {
    case 'ChangeAccepted':
      campaign.status = 'planning';
      campaign.revision = event.data.revision;
      campaign.change = event.data.change;
      campaign.changeDigest = event.data.changeDigest;
      campaign.reasons = [];
      return campaign;
    case 'CampaignRejected':
      campaign.status = 'rejected';
      campaign.reasons = event.data.reasons;
      return campaign;
    case 'CampaignPlanned':
      campaign.status = 'planned';
      campaign.execution = beginExecution(planOf(plans, event.data.planDigest), event.data.at);
      return campaign;
    case 'CampaignApproved':
      campaign.approvals.push(event.data);
      campaign.status = 'approved';
      return campaign;
    case 'CampaignStarted':
      campaign.status = 'running';
      campaign.startedAt = event.data.at;
      return campaign;
    default:
      return evolveControl(campaign, event);
  }
}

function evolveControl(campaign: Campaign, event: CampaignEvent): Campaign {
  switch (event.type) {
    case 'CampaignPaused':
      campaign.paused = event.data;
      return campaign;
    case 'CampaignResumed':
      campaign.paused = null;
      return campaign;
    case 'RestoreBegan':
      campaign.restore = event.data;
      campaign.paused = null;
      campaign.execution?.restoring.add('*');
      return campaign;
    case 'CampaignNeedsHands':
      campaign.status = 'needs-hands';
      campaign.needsHands = event.data.obligations;
      return campaign;
    case 'CampaignClosed':
      campaign.status = 'closed';
      campaign.closed = event.data;
      return campaign;
    default:
      return campaign;
  }
}

function planOf(plans: Plans, digest: string): Plan {
  const plan = plans.get(digest);
  if (!plan)
    throw new Rejected(
      'plan-missing',
      `the plan ${digest} is not stored`,
      'Restore the documents table from a backup.',
    );
  return plan;
}

/** Applies what concerns jobs, obligations, incidents and waves; false when the event is none of these. */
function evolveExecution(execution: Execution, event: CampaignEvent): boolean {
  switch (event.type) {
    case 'JobDispatched':
      return withJob(execution, event.data.job, (job) =>
        dispatched(execution, job, event.data.attempt, event.data.at),
      );
    case 'JobStarted':
      return withJob(execution, event.data.job, (job) => {
        moveTo(execution, job, 'running', event.data.at);
        job.executor = event.data.executor;
      });
    case 'JobSucceeded':
      return withJob(execution, event.data.job, (job) => {
        moveTo(execution, job, 'succeeded', event.data.at);
        job.summary = event.data.summary;
        job.exitCode = event.data.exitCode ?? null;
      });
    case 'JobFailed':
      return withJob(execution, event.data.job, (job) => {
        moveTo(execution, job, event.data.outcome === 'unknown' ? 'unknown' : 'failed', event.data.at);
        job.summary = event.data.summary;
        job.outputTail = event.data.outputTail;
        job.exitCode = event.data.exitCode ?? null;
        job.outcome = event.data.outcome;
      });
    case 'JobRetryScheduled':
      return withJob(execution, event.data.job, (job) => {
        moveTo(execution, job, 'waiting', event.data.at);
        job.notBeforeMs = toMs(event.data.notBefore);
        if (event.data.cause === 'reaction') job.reactions += 1;
      });
    case 'JobSkipped':
      return withJob(execution, event.data.job, (job) =>
        moveTo(execution, job, 'skipped', event.data.at, event.data.reason),
      );
    case 'JobCompleted':
      return withJob(execution, event.data.job, (job) =>
        moveTo(execution, job, 'completed', event.data.at, event.data.reason),
      );
    case 'JobTakenOver':
      return withJob(execution, event.data.job, (job) =>
        moveTo(execution, job, 'taken-over', event.data.at, event.data.reason),
      );
    case 'JobHandedBack':
      return withJob(execution, event.data.job, (job) =>
        moveTo(execution, job, 'waiting', event.data.at, event.data.reason),
      );
    default:
      return evolveLedger(execution, event);
  }
}

function evolveLedger(execution: Execution, event: CampaignEvent): boolean {
  switch (event.type) {
    case 'ObligationOpened': {
      const { obligation: id, kind, ci, server, owner = null, at: openedAt } = event.data;
      execution.obligations.set(id, { id, kind, ci, server, owner, openedAt, open: true, discharged: null });
      return true;
    }
    case 'ObligationDischarged':
      return discharge(execution, event.data);
    case 'IncidentOpened': {
      const known = execution.incidents.get(event.data.incident);
      const { incident: id, job, at: openedAt } = event.data;
      execution.incidents.set(id, {
        id,
        job,
        open: true,
        openedAt,
        resolvedAt: null,
        times: (known?.times ?? 0) + 1,
      });
      return true;
    }
    case 'IncidentResolved': {
      const incident = execution.incidents.get(event.data.incident);
      if (incident) Object.assign(incident, { open: false, resolvedAt: event.data.at });
      return true;
    }
    case 'BudgetExhausted':
      execution.exhausted.add(event.data.scope);
      return true;
    case 'BudgetRecovered':
      execution.exhausted.delete(event.data.scope);
      return true;
    case 'WaveReleased':
      execution.releasedWaves.add(event.data.wave);
      return true;
    case 'ApplicationsLeftOut':
      execution.restoring.add(event.data.group);
      return true;
    default:
      return false;
  }
}

function withJob(execution: Execution, id: string, apply: (job: JobState) => void): true {
  const job = execution.jobs.get(id);
  if (job) apply(job);
  return true;
}

function dispatched(execution: Execution, job: JobState, attempt: number, at: string): void {
  job.attempt = attempt;
  job.executor = null;
  moveTo(execution, job, 'dispatched', at);
}

function discharge(
  execution: Execution,
  data: { obligation: string; how: string; by: string; at: string; job: string },
): true {
  const obligation = execution.obligations.get(data.obligation);
  if (obligation)
    Object.assign(obligation, { open: false, discharged: { how: data.how, by: data.by, at: data.at } });
  const job = execution.jobs.get(data.job);
  // A signature leaves the member down; only what was verified or stated counts as up again.
  if (job?.plan.action === 'START' && data.how !== 'signed') execution.limiter.up(job.plan);
  return true;
}

/** Changes a job's status and keeps every set and count that depends on it. */
function moveTo(execution: Execution, job: JobState, status: JobStatus, at: string, summary?: string): void {
  const { id } = job.plan;
  const wasInFlight = execution.inFlight.has(id);
  const wasSettled = isSettled(job.status);
  job.status = status;
  job.since = at;
  if (summary !== undefined) job.summary = summary;
  const inFlight = status === 'dispatched' || status === 'running';
  if (inFlight && !wasInFlight) {
    execution.inFlight.add(id);
    execution.limiter.start(job.plan);
  } else if (!inFlight && wasInFlight) {
    execution.inFlight.delete(id);
    execution.limiter.end(job.plan);
  }
  setMember(execution.failing, id, status === 'failed' || status === 'unknown');
  setMember(execution.ready, id, status === 'waiting' && execution.openWaits.get(id) === 0);
  if (isSettled(status) && !wasSettled) settle(execution, job, at);
}

function settle(execution: Execution, job: JobState, at: string): void {
  const { id, wave } = job.plan;
  execution.unsettled.set(wave, (execution.unsettled.get(wave) ?? 0) - 1);
  execution.waveEndMs.set(wave, Math.max(execution.waveEndMs.get(wave) ?? 0, toMs(at)));
  for (const next of execution.index.dependents.get(id) ?? []) {
    const left = (execution.openWaits.get(next) ?? 0) - 1;
    execution.openWaits.set(next, left);
    if (left === 0 && execution.jobs.get(next)?.status === 'waiting') execution.ready.add(next);
  }
}

function setMember(set: Set<string>, id: string, belongs: boolean): void {
  if (belongs) set.add(id);
  else set.delete(id);
}

/** On the way up a job waits only for what is being given back, and for what is still running. */
export function isReadyToRestore(execution: Execution, job: JobState): boolean {
  return job.plan.dependsOn.every((id) => {
    const earlier = execution.jobs.get(id);
    if (!earlier) return true;
    if (givesBack(earlier.plan)) return isSettled(earlier.status);
    return !execution.inFlight.has(id);
  });
}
