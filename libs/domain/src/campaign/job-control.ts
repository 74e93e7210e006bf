import type { CampaignEvent, JobVerb } from '@patchtide/contracts';
import { toMs } from '../instant';
import { Rejected, unreachable } from '../rejected';
import { budgetChanges } from './budgets';
import { allowedAnswers, mayBeginAgain, resolveIncident } from './incidents';
import { closedTime } from './open-times';
import { discharged } from './report';
import {
  counterpartOf,
  type Execution,
  givesBack,
  isInFlight,
  isRestoring,
  isSettled,
  type JobState,
  obligationOf,
} from './state';

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
  refuse(execution, job, wish);
  const { by, reason, at } = wish;
  switch (wish.verb) {
    case 'retry':
      return retry(job, wish);
    case 'skip':
      return [
        { type: 'JobSkipped', data: { job: wish.job, by, reason, at } },
        ...ended(execution, job, 'signed', wish),
      ];
    case 'complete':
      return [
        { type: 'JobCompleted', data: { job: wish.job, by, reason, at } },
        ...ended(execution, job, 'by-hand', wish),
      ];
    case 'take-over':
      return [
        ...takenInHand(execution, job, wish),
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

function refuse(execution: Execution, job: JobState, { verb, at }: JobWish): void {
  if (verb === 'retry' || verb === 'take-over') {
    refuseOnWayUp(execution, job);
    refuseClosedTime(execution, job, at);
  }
  if (verb === 'skip' || verb === 'complete') refuseTooEarly(execution, job);
  if (verb === 'complete') refuseTooLate(execution, job);
}

/** What is given back before it was taken would be given back by nobody. */
function refuseTooEarly(execution: Execution, job: JobState): void {
  const taking = givesBack(job.plan) ? counterpartOf(execution, job.plan) : undefined;
  if (!taking || isSettled(taking.status)) return;
  const mayStillTake = isInFlight(taking.status) || taking.status === 'taken-over';
  if (!mayStillTake && isRestoring(execution, job.plan.group)) return;
  throw new Rejected(
    'nothing-to-give-back-yet',
    `${job.plan.name} gives back what ${taking.plan.name} takes, and that is ${taking.status}`,
    `Answer ${taking.plan.name} first, or wait until it has ended.`,
  );
}

/** Once giving back has begun, nothing is taken by hand any more: a late report of the one would hide the other. */
function refuseTooLate(execution: Execution, job: JobState): void {
  const giving = givesBack(job.plan) ? undefined : counterpartOf(execution, job.plan);
  if (!giving || giving.attempt === 0 || isSettled(giving.status)) return;
  throw new Rejected(
    'being-given-back',
    `${giving.plan.name} gives back what ${job.plan.name} takes, and is ${giving.status}`,
    `Answer ${giving.plan.name} first, or wait until it has ended.`,
  );
}

/** On the way up nobody begins again what takes away or works on a server, by hand either. */
function refuseOnWayUp(execution: Execution, job: JobState): void {
  if (mayBeginAgain(execution, job.plan)) return;
  throw new Rejected(
    'restoring',
    `${job.plan.name} does not begin again, because everything is being given back`,
    'Skip or complete it, or leave it: it keeps nothing from being given back.',
  );
}

/** Outside its window and in a freeze nothing begins, in nobody's hands either; what gives back always may. */
function refuseClosedTime(execution: Execution, { plan }: JobState, at: string): void {
  const closed = givesBack(plan) ? null : closedTime(execution, plan, toMs(at));
  if (closed === null) return;
  throw new Rejected(
    'closed-now',
    `${plan.name} may not begin now: ${closed}`,
    'Wait until then; what gives back may always begin.',
  );
}

function retry(job: JobState, { by, reason, at }: JobWish): CampaignEvent[] {
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

/** A person who has a stop in hand may stop the component at any time: from now on it is ours to give back. */
function takenInHand(execution: Execution, job: JobState, { at }: JobWish): CampaignEvent[] {
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
    ...discharged(execution, job, { how, by: wish.by, at: wish.at }),
    ...resolveIncident(execution, { job: wish.job, how: 'operator', by: wish.by, at: wish.at }),
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
  return new Rejected(
    'not-allowed-now',
    `${job.plan.name} is ${job.status} and cannot be answered with ${verb}`,
    nextStep(job, allowed),
  );
}

function nextStep({ status }: JobState, allowed: readonly string[]): string {
  if (allowed.length > 0) return `Allowed now: ${allowed.join(', ')}.`;
  if (isInFlight(status)) return 'Wait until its attempt has ended.';
  return `It stays ${status}: do by hand what is still missing, or ask for it in a new change.`;
}
