import type {
  AttemptFinished,
  AttemptStarted,
  CampaignEvent,
  ObligationDischarged,
  PlanReaction,
} from '@patchtide/contracts';
import { toInstant, toMs } from '../instant';
import { budgetChanges } from './budgets';
import { mayBeginAgain, openIncident, resolveIncident } from './incidents';
import {
  type Execution,
  givesBack,
  isSettled,
  type JobState,
  neverBegan,
  obligationOf,
  PATCHTIDE,
} from './state';

/**
 * What an executor's report means. Repeated and outdated reports mean nothing; a late end of the present attempt is
 * taken as the evidence it is, even after the attempt was given up as unknown.
 */
export function decideReport(
  execution: Execution,
  report: AttemptStarted | AttemptFinished,
  at: string,
): CampaignEvent[] {
  const job = execution.jobs.get(report.job);
  if (!job || job.attempt !== report.attempt || isSettled(job.status) || job.status === 'taken-over')
    return [];
  if (report.kind === 'started') {
    if (job.status !== 'dispatched') return [];
    return [
      {
        type: 'JobStarted',
        data: { job: report.job, attempt: report.attempt, executor: report.executor, at },
      },
    ];
  }
  if (!isNews(execution, job, report)) return [];
  return report.outcome === 'succeeded'
    ? succeed(execution, job, report, at)
    : fail(execution, job, { ...report, outcome: report.outcome }, at);
}

/**
 * Whether the end of the present attempt is still open, or was given up as unknown or taken for never begun: then better
 * evidence is news, and the same said again is not.
 */
function isNews(execution: Execution, job: JobState, report: AttemptFinished): boolean {
  if (execution.inFlight.has(report.job)) return true;
  if (job.outcome !== 'unknown' && job.outcome !== 'not-begun') return false;
  if (report.outcome === 'unknown' || report.outcome === job.outcome) return false;
  const isOpen = job.status === 'unknown' || neverBegan(job);
  return isOpen || (job.status === 'waiting' && report.outcome === 'succeeded');
}

/** Nobody has reported on an attempt for longer than it may take: what became of it is unknown. */
export function decideSilence(
  execution: Execution,
  { job: id, attempt, at }: { job: string; attempt: number; at: string },
): CampaignEvent[] {
  const job = execution.jobs.get(id);
  if (!job || job.attempt !== attempt || !execution.inFlight.has(id)) return [];
  const summary =
    'No executor has reported on this attempt in time. Look at the host, then retry, complete or take over.';
  return fail(execution, job, { job: id, attempt, outcome: 'unknown', summary, outputTail: '' }, at);
}

function succeed(execution: Execution, job: JobState, report: AttemptFinished, at: string): CampaignEvent[] {
  const { exitCode, bootId, facts, packages } = report;
  const succeeded: CampaignEvent = {
    type: 'JobSucceeded',
    data: {
      job: report.job,
      attempt: report.attempt,
      summary: report.summary,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(bootId === undefined ? {} : { bootId }),
      ...(facts === undefined ? {} : { facts }),
      ...(packages === undefined ? {} : { packages }),
      at,
    },
  };
  const how = job.askedBy === 'operator' ? 'operator' : 'reaction';
  return [
    succeeded,
    ...discharged(execution, job, { how: 'verified', by: PATCHTIDE, at }),
    ...resolveIncident(execution, { job: report.job, how, by: PATCHTIDE, at }),
    ...budgetChanges(execution, without(execution.failing, report.job), at),
  ];
}

/** The obligation that this job gives back, discharged. */
export function discharged(
  execution: Execution,
  job: JobState,
  proof: Pick<ObligationDischarged, 'how' | 'by' | 'at'>,
): CampaignEvent[] {
  const obligation = givesBack(job.plan) ? obligationOf(job.plan) : null;
  if (!obligation || execution.obligations.get(obligation.id)?.open !== true) return [];
  return [{ type: 'ObligationDischarged', data: { obligation: obligation.id, job: job.plan.id, ...proof } }];
}

type Failure = Pick<
  AttemptFinished,
  'job' | 'attempt' | 'summary' | 'outputTail' | 'exitCode' | 'facts' | 'packages'
> & { readonly outcome: Exclude<AttemptFinished['outcome'], 'succeeded'> };

function fail(execution: Execution, job: JobState, report: Failure, at: string): CampaignEvent[] {
  const { outcome, summary, outputTail, exitCode, facts, packages } = report;
  const failed: CampaignEvent = {
    type: 'JobFailed',
    data: {
      job: job.plan.id,
      attempt: job.attempt,
      outcome,
      summary,
      outputTail,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(facts === undefined ? {} : { facts }),
      ...(packages === undefined ? {} : { packages }),
      at,
    },
  };
  // What would only take something away, and never began, is skipped on the way up: there is nothing to answer.
  if (outcome === 'not-begun' && !mayBeginAgain(execution, job.plan)) return [failed];
  const incident = openIncident(execution, job.plan, report, at);
  const retry = retryByRule(execution, job, outcome, at);
  const others = without(execution.failing, job.plan.id);
  if (retry) return [failed, incident, retry, ...budgetChanges(execution, others, at)];
  return [failed, incident, ...budgetChanges(execution, new Set([...others, job.plan.id]), at)];
}

/**
 * Nothing was started, so a new order can do no harm: without a rule of the policy this one counts. It has an end, because
 * an executor whose clock is wrong finds every order late.
 */
const ORDERED_AGAIN = { retry: 3, delayMs: 10_000 };

function retryByRule(execution: Execution, job: JobState, outcome: string, at: string): CampaignEvent | null {
  if (!mayBeginAgain(execution, job.plan)) return null;
  const policyRule = execution.plan.reactions.find((reaction) => matches(reaction, job, outcome));
  const rule = policyRule ?? (outcome === 'not-begun' ? ORDERED_AGAIN : undefined);
  if (!rule || job.reactions >= rule.retry) return null;
  const whose = policyRule
    ? `the policy retries ${outcome} jobs of this kind`
    : 'what never began is ordered again';
  return {
    type: 'JobRetryScheduled',
    data: {
      job: job.plan.id,
      nextAttempt: job.attempt + 1,
      notBefore: toInstant(toMs(at) + rule.delayMs),
      cause: 'reaction',
      by: PATCHTIDE,
      reason: `${whose} up to ${rule.retry} times`,
      at,
    },
  };
}

/** A rule for unreachable servers speaks of attempts that were not started, and so of those that never began. */
function matches(reaction: PlanReaction, job: JobState, outcome: string): boolean {
  const { plan } = job;
  return (
    (reaction.on === outcome || (reaction.on === 'unreachable' && outcome === 'not-begun')) &&
    (reaction.action === null || reaction.action === plan.action) &&
    (reaction.kind === null || reaction.kind === plan.kind) &&
    (reaction.tier === null || reaction.tier === plan.tier)
  );
}

function without(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== id));
}
