import type { Campaign, Execution } from '../campaign/state';

/** Everything that somebody can see of a campaign, as one text: two campaigns with the same text are the same. */
export function observable(campaign: Campaign): string {
  const { execution, ...head } = campaign;
  return JSON.stringify([head, execution && observableExecution(execution)]);
}

/** The plan and its index never change; the limiter shows itself by what it refuses. */
function observableExecution({ plan, index: _, limiter, jobs, ...rest }: Execution) {
  const states = [...jobs.values()].map(({ plan: job, ...state }) => ({ id: job.id, ...state }));
  const books = Object.entries(rest).map(([name, value]: [string, unknown]) => [name, plain(value)]);
  return [plan.digest, states, plan.jobs.map((job) => limiter.refusal(job)), books];
}

function plain(value: unknown): unknown {
  if (value instanceof Set) return [...(value as Set<string>)].sort();
  return value instanceof Map
    ? [...(value as Map<string, unknown>)].map(([key, held]) => [key, plain(held)])
    : value;
}
