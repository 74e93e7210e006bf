import type { Plan } from '@patchtide/contracts';

/** The longest remaining path of each job, worked out from the plan alone. */
export function tailsOf(plan: Plan): Map<string, number> {
  const dependents = new Map(plan.jobs.map((job) => [job.id, [] as string[]]));
  for (const job of plan.jobs) for (const id of job.dependsOn) dependents.get(id)?.push(job.id);
  const estimates = new Map(plan.jobs.map((job) => [job.id, job.estimateMs]));
  const tails = new Map<string, number>();
  const tailOf = (id: string): number => {
    const known = tails.get(id);
    if (known !== undefined) return known;
    const tail = (estimates.get(id) ?? 0) + Math.max(0, ...(dependents.get(id) ?? []).map(tailOf));
    tails.set(id, tail);
    return tail;
  };
  for (const id of estimates.keys()) tailOf(id);
  return tails;
}
