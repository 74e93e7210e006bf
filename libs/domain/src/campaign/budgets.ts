import type { CampaignEvent, PlanJob } from '@patchtide/contracts';
import { own } from '../own';
import type { Execution } from './state';

interface Scope {
  readonly name: string;
  readonly limit: number;
}

/** The first scope of a job that has used up its failures; null when none has. */
export function exhaustedScope(execution: Execution, job: PlanJob): string | null {
  if (execution.exhausted.size === 0) return null;
  return scopesOf(execution, job).find((scope) => execution.exhausted.has(scope.name))?.name ?? null;
}

/**
 * Budgets whose state differs from what the failing servers say. Counted are servers with a job that failed, is unknown
 * or unreachable and that no rule will try again; a success later gives the budget back.
 */
export function budgetChanges(
  execution: Execution,
  failing: ReadonlySet<string>,
  at: string,
): CampaignEvent[] {
  const failures = failedServers(execution, failing);
  const known = new Map<string, Scope>();
  for (const id of [...failing, ...execution.failing]) {
    const job = execution.jobs.get(id)?.plan;
    for (const scope of job ? scopesOf(execution, job) : []) known.set(scope.name, scope);
  }
  return [...known.values()].flatMap((scope): CampaignEvent[] => {
    const count = failures.get(scope.name)?.size ?? 0;
    const isExhausted = count >= scope.limit;
    if (isExhausted === execution.exhausted.has(scope.name)) return [];
    const data = { scope: scope.name, failures: count, limit: scope.limit, at };
    return [{ type: isExhausted ? 'BudgetExhausted' : 'BudgetRecovered', data }];
  });
}

function failedServers(execution: Execution, failing: ReadonlySet<string>): Map<string, Set<string>> {
  const servers = new Map<string, Set<string>>();
  for (const id of failing) {
    const job = execution.jobs.get(id)?.plan;
    if (!job) continue;
    for (const { name } of scopesOf(execution, job)) {
      const set = servers.get(name) ?? new Set<string>();
      servers.set(name, set.add(job.server));
    }
  }
  return servers;
}

function scopesOf(execution: Execution, job: PlanJob): Scope[] {
  const { budgets } = execution.plan;
  const tierLimit = job.tier === null ? undefined : own(budgets.tier, job.tier);
  const applications = job.application === null ? job.applications : [job.application];
  return [
    ...(budgets.campaign === null ? [] : [{ name: 'the campaign', limit: budgets.campaign }]),
    ...(tierLimit === undefined ? [] : [{ name: `tier ${job.tier}`, limit: tierLimit }]),
    ...(budgets.application === null
      ? []
      : applications.map((a) => ({ name: `application ${a}`, limit: budgets.application ?? 1 }))),
    ...(budgets.cluster === null || job.cluster === null
      ? []
      : [{ name: `cluster ${job.cluster}`, limit: budgets.cluster }]),
  ];
}
