import type { Campaign, Execution } from '../campaign/state';

/** Everything that somebody can see of a campaign, as one text: two campaigns with the same text are the same. */
export function observable(campaign: Campaign): string {
  const { execution, ...head } = campaign;
  return JSON.stringify({ ...head, execution: execution && observableExecution(execution) });
}

function observableExecution(execution: Execution) {
  const { plan, index: _, limiter, jobs, obligations, incidents, unsettled, openWaits, waveEndMs, ...sets } = execution;
  return {
    plan: plan.digest,
    jobs: [...jobs.values()].map(({ plan: job, ...state }) => ({ id: job.id, ...state })),
    refusals: plan.jobs.map((job) => limiter.refusal(job)),
    obligations: [...obligations.values()],
    incidents: [...incidents.values()],
    counts: [unsettled, openWaits, waveEndMs].map((map) => [...map]),
    sets: Object.entries(sets).map(([name, set]) => [name, [...set].sort()]),
  };
}
