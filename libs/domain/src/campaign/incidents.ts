import type { AttemptFinished, CampaignEvent, IncidentResolved, PlanJob } from '@patchtide/contracts';
import { toMs } from '../instant';
import { waitingFor } from '../plan/plan-index';
import { lastSafeMs } from './dispatch';
import { type Execution, givesBack, isRestoring, type JobStatus } from './state';

export function incidentId(execution: Execution, job: string): string {
  return `${execution.plan.change}~${job}`;
}

/** What an operator may answer to a job that needs somebody. */
export function allowedAnswers(job: PlanJob, status: JobStatus): string[] {
  const canSkip = job.action !== 'STOP';
  switch (status) {
    case 'failed':
    case 'unknown':
      return ['retry', ...(canSkip ? ['skip'] : []), 'complete', 'take-over'];
    case 'waiting':
      return [...(canSkip ? ['skip'] : []), 'take-over'];
    case 'taken-over':
      return ['complete', 'hand-back', ...(canSkip ? ['skip'] : [])];
    default:
      return [];
  }
}

type FailureReport = Pick<AttemptFinished, 'job' | 'attempt' | 'summary' | 'outputTail' | 'facts'> & {
  readonly outcome: Exclude<AttemptFinished['outcome'], 'succeeded'>;
};

/** The incident of a failed attempt, new or opened again. */
export function openIncident(
  execution: Execution,
  job: PlanJob,
  report: FailureReport,
  at: string,
): CampaignEvent {
  return {
    type: 'IncidentOpened',
    data: {
      incident: incidentId(execution, job.id),
      job: job.id,
      jobName: job.name,
      ci: job.ci,
      server: job.server,
      ...(job.application === null ? {} : { application: job.application }),
      ...(job.owner === null ? {} : { owner: job.owner }),
      outcome: report.outcome,
      summary: report.summary,
      outputTail: report.outputTail,
      ...(report.facts === undefined ? {} : { facts: report.facts }),
      attempt: report.attempt,
      waiting: waitingFor(execution.index, job.id).size,
      slackMs: lastSafeMs(execution, job.id) - toMs(at),
      answers: answersNow(execution, job),
      at,
    },
  };
}

function answersNow(execution: Execution, job: PlanJob): string[] {
  const answers = allowedAnswers(job, 'failed');
  if (mayBeginAgain(execution, job)) return answers;
  return answers.filter((verb) => verb !== 'retry' && verb !== 'take-over');
}

/** On the way up only what gives back begins again. */
export function mayBeginAgain(execution: Execution, job: PlanJob): boolean {
  return givesBack(job) || !isRestoring(execution, job.group);
}

type Resolution = Omit<IncidentResolved, 'incident'>;

/** Closes the job's incident, if one is open. */
export function resolveIncident(execution: Execution, resolution: Resolution): CampaignEvent[] {
  const incident = execution.incidents.get(incidentId(execution, resolution.job));
  return incident?.open === true
    ? [{ type: 'IncidentResolved', data: { incident: incident.id, ...resolution } }]
    : [];
}
