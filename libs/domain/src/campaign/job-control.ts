import type { CampaignEvent, JobVerb } from '@patchtide/contracts';
import { Rejected, unreachable } from '../rejected';
import { budgetChanges } from './budgets';
import { allowedAnswers, resolveIncident } from './incidents';
import { discharged } from './report';
import { type Execution, givesBack, isRestoring, isSettled, type JobState, obligationOf } from './state';

interface JobWish {
  readonly verb: JobVerb;
  readonly job: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
}

/** What an operator's answer to one job leads to. A job that is executing right now is never touched. */
export function decideJobControl(execution: Execution, wish: JobWish): CampaignEvent[] {
  const job = execution.jobs.get(wish.job);
  if (!job)
    throw new Rejected('unknown-job', `the plan has no job "${wish.job}"`, 'List the jobs of the campaign.');
  if (isAlready(job, wish.verb)) return [];
  const allowed = allowedAnswers(job.plan, job.status);
  if (!allowed.includes(wish.verb)) throw notAllowed(job, wish.verb, allowed);
  const { by, reason, at } = wish;
  switch (wish.verb) {
    case 'retry':
      return retry(execution, job, wish);
    case 'skip':
      return [
        { type: 'JobSkipped', data: { job: wish.job, by, reason, at } },
        ...ended(execution, job, 'signed', wish),
      ];
    case 'complete':
      return [
        ...takenByHand(execution, job, wish),
        { type: 'JobCompleted', data: { job: wish.job, by, reason, at } },
        ...ended(execution, job, 'by-hand', wish),
      ];
    case 'take-over':
      return [
        { type: 'JobTakenOver', data: { job: wish.job, by, reason, at } },
        ...budgetAfter(execution, wish),
      ];
    case 'hand-back':
      return [{ type: 'JobHandedBack', data: { job: wish.job, by, reason, at } }];
    default:
      return unreachable(wish.verb);
  }
}

function isAlready(job: JobState, verb: JobVerb): boolean {
  if (verb === 'skip') return job.status === 'skipped';
  if (verb === 'complete') return job.status === 'completed';
  return verb === 'take-over' && job.status === 'taken-over';
}

function retry(execution: Execution, job: JobState, { by, reason, at }: JobWish): CampaignEvent[] {
  if (isRestoring(execution, job.plan.group) && !givesBack(job.plan)) {
    throw new Rejected(
      'restoring',
      `${job.plan.name} is not tried again, because everything is being given back`,
      'Skip it, or take it over.',
    );
  }
  const data = {
    job: job.plan.id,
    nextAttempt: job.attempt + 1,
    notBefore: at,
    cause: 'operator' as const,
    by,
    reason,
    at,
  };
  return [{ type: 'JobRetryScheduled', data }];
}

/** A stop that a person did is ours to give back all the same. */
function takenByHand(execution: Execution, job: JobState, { at }: JobWish): CampaignEvent[] {
  const { plan } = job;
  const obligation = obligationOf(plan);
  if (!obligation || givesBack(plan) || execution.obligations.get(obligation.id)?.open === true) return [];
  const owner = plan.owner === null ? {} : { owner: plan.owner };
  const data = {
    obligation: obligation.id,
    kind: obligation.kind,
    ci: plan.ci,
    server: plan.server,
    job: plan.id,
    ...owner,
    at,
  };
  return [{ type: 'ObligationOpened', data }];
}

function ended(
  execution: Execution,
  job: JobState,
  how: 'by-hand' | 'signed',
  wish: JobWish,
): CampaignEvent[] {
  return [
    ...discharged(execution, job, how, wish.by, wish.at),
    ...resolveIncident(execution, wish.job, 'operator', wish.by, wish.at),
    ...budgetAfter(execution, wish),
  ];
}

function budgetAfter(execution: Execution, wish: JobWish): CampaignEvent[] {
  return budgetChanges(execution, new Set([...execution.failing].filter((id) => id !== wish.job)), wish.at);
}

function notAllowed(job: JobState, verb: string, allowed: readonly string[]): Rejected {
  if (verb === 'skip' && job.plan.action === 'STOP' && !isSettled(job.status)) {
    return new Rejected(
      'stop-cannot-be-skipped',
      `${job.plan.name} cannot be skipped: its server would be patched under a running component`,
      'Retry it, stop the component by hand and complete it, or abort the campaign.',
    );
  }
  const next =
    allowed.length > 0 ? `Allowed now: ${allowed.join(', ')}.` : 'Wait until its attempt has ended.';
  return new Rejected(
    'not-allowed-now',
    `${job.plan.name} is ${job.status} and cannot be answered with ${verb}`,
    next,
  );
}
