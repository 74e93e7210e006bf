import type { CampaignEvent, Plan } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Rejected } from '../rejected';
import { evolveCondition } from './conditions';
import { moveTo } from './move-job';
import { beginExecution, type Campaign, type Execution, type JobState, type JobStatus } from './state';

/** Plans by digest, as far as the events at hand refer to them. */
export type Plans = ReadonlyMap<string, Plan>;

/**
 * Applies one event to the campaign and returns it. The state is changed in place, because a campaign of 10,000
 * servers has 100,000 jobs: whoever folds owns it. History is trusted; nothing is checked here.
 */
export function evolve(campaign: Campaign, event: CampaignEvent, plans: Plans): Campaign {
  if (campaign.execution && evolveExecution(campaign.execution, event))
    return leaveNeedsHands(campaign, event);
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

/** Hands were needed because nothing could run; now something does. */
function leaveNeedsHands(campaign: Campaign, event: CampaignEvent): Campaign {
  if (event.type === 'JobDispatched' && campaign.status === 'needs-hands') campaign.status = 'running';
  return campaign;
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

/** Applies what concerns jobs, obligations, incidents, waves and conditions; false when the event is none of these. */
function evolveExecution(execution: Execution, event: CampaignEvent): boolean {
  switch (event.type) {
    case 'JobDispatched':
      return withJob(execution, event.data.job, (job) =>
        dispatched(execution, job, event.data.attempt, event.data.at),
      );
    case 'JobStarted':
      return withJob(execution, event.data.job, (job) => {
        moveTo(execution, job, { status: 'running', at: event.data.at });
        job.executor = event.data.executor;
      });
    case 'JobSucceeded':
      return withJob(execution, event.data.job, (job) => {
        moveTo(execution, job, { status: 'succeeded', at: event.data.at });
        job.summary = event.data.summary;
        job.outputTail = '';
        job.exitCode = event.data.exitCode ?? null;
      });
    case 'JobFailed':
      return withJob(execution, event.data.job, (job) => {
        const { outcome, at } = event.data;
        moveTo(execution, job, { status: outcome === 'unknown' ? 'unknown' : 'failed', at });
        job.summary = event.data.summary;
        job.outputTail = event.data.outputTail;
        job.exitCode = event.data.exitCode ?? null;
        job.outcome = outcome;
      });
    case 'JobRetryScheduled':
      return withJob(execution, event.data.job, (job) => retryScheduled(execution, job, event.data));
    default:
      return evolveByHand(execution, event);
  }
}

function evolveByHand(execution: Execution, event: CampaignEvent): boolean {
  switch (event.type) {
    case 'JobSkipped':
      return withJob(execution, event.data.job, (job) => answered(execution, job, 'skipped', event.data));
    case 'JobCompleted':
      return withJob(execution, event.data.job, (job) => answered(execution, job, 'completed', event.data));
    case 'JobTakenOver':
      return withJob(execution, event.data.job, (job) => answered(execution, job, 'taken-over', event.data));
    case 'JobHandedBack':
      return withJob(execution, event.data.job, (job) => {
        answered(execution, job, 'waiting', event.data);
        job.askedBy = 'operator';
      });
    default:
      return evolveLedger(execution, event);
  }
}

function evolveLedger(execution: Execution, event: CampaignEvent): boolean {
  switch (event.type) {
    case 'ObligationOpened': {
      const { obligation: id, kind, ci, server, owner = null, at: openedAt } = event.data;
      execution.obligations.set(id, { id, kind, ci, server, owner, openedAt, open: true, discharged: null });
      const job = execution.jobs.get(event.data.job);
      // A component that a person stops is down like any other.
      if (job?.plan.action === 'STOP') execution.limiter.down(job.plan);
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
    case 'ForecastChanged':
      execution.told = event.data;
      return true;
    case 'ConditionMet':
    case 'ConditionWithdrawn':
      evolveCondition(execution, event);
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
  job.dispatchedMs = toMs(at);
  job.executor = null;
  // What the attempt before it said must not pass for its own.
  Object.assign(job, { summary: '', outputTail: '', exitCode: null });
  moveTo(execution, job, { status: 'dispatched', at });
}

function retryScheduled(
  execution: Execution,
  job: JobState,
  { cause, notBefore, at }: { cause: 'reaction' | 'operator'; notBefore: string; at: string },
): void {
  moveTo(execution, job, { status: 'waiting', at });
  job.notBeforeMs = toMs(notBefore);
  job.askedBy = cause;
  if (cause !== 'reaction') return;
  job.reactions += 1;
  execution.failing.delete(job.plan.id);
}

function answered(
  execution: Execution,
  job: JobState,
  status: JobStatus,
  { at, reason }: { at: string; reason: string },
): void {
  moveTo(execution, job, { status, at });
  job.summary = reason;
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
