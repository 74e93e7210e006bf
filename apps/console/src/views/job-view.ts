import {
  allowedAnswers,
  type Campaign,
  isSettled,
  type JobState,
  type Obligation,
  waitingBecause,
} from '@patchtide/domain';
import type { JobShape, ObligationShape } from '../shapes/job';

/** One job as the API shows it: what it is, how it stands, and why it waits. */
export function jobView(campaign: Campaign, job: JobState, at: string): JobShape {
  const { plan } = job;
  const isAnswerable = campaign.status === 'running' || campaign.status === 'needs-hands';
  return {
    id: plan.id,
    name: plan.name,
    action: plan.action,
    ci: plan.ci,
    server: plan.server,
    application: plan.application,
    tier: plan.tier,
    wave: plan.wave,
    owner: plan.owner,
    status: job.status,
    attempt: job.attempt,
    since: job.since,
    executor: job.executor,
    outcome: isSettled(job.status) ? null : job.outcome,
    exitCode: job.exitCode,
    summary: job.summary,
    outputTail: job.outputTail,
    waitingBecause: waitingBecause(campaign, job, at),
    answers: isAnswerable ? allowedAnswers(plan, job.status) : [],
    dependsOn: plan.dependsOn,
    estimatedStart: plan.estimatedStart,
    estimatedEnd: plan.estimatedEnd,
  };
}

export interface JobFilter {
  readonly status?: string;
  readonly action?: string;
  readonly server?: string;
  readonly application?: string;
}

/** The jobs of a campaign that match every given word, in the order of the plan. */
export function jobViews(campaign: Campaign, filter: JobFilter, at: string): JobShape[] {
  const wanted = (job: JobState): boolean =>
    (filter.status === undefined || job.status === filter.status) &&
    (filter.action === undefined || job.plan.action === filter.action) &&
    (filter.server === undefined || job.plan.server === filter.server) &&
    (filter.application === undefined || job.plan.applications.includes(filter.application));
  return [...(campaign.execution?.jobs.values() ?? [])]
    .filter(wanted)
    .map((job) => jobView(campaign, job, at));
}

/** What the campaign took away and owes back, open ones first. */
export function obligationViews(campaign: Campaign): ObligationShape[] {
  const all = [...(campaign.execution?.obligations.values() ?? [])];
  return all.sort((a, b) => Number(b.open) - Number(a.open) || byOpening(a, b));
}

function byOpening(a: Obligation, b: Obligation): number {
  const [first, second] = [`${a.openedAt} ${a.id}`, `${b.openedAt} ${b.id}`];
  return first < second ? -1 : Number(first > second);
}
