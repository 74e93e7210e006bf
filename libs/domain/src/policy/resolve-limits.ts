import type {
  Amount,
  ClusterMode,
  PlanBudgets,
  PlanLimits,
  PlanReaction,
  Policy,
} from '@patchtide/contracts';
import { durationMs } from '../duration';
import { own } from '../own';

/** What the plan's scopes are called and how many servers it has: what percentages and single numbers refer to. */
export interface ScopeNames {
  readonly servers: number;
  readonly sites: readonly string[];
  readonly zones: readonly string[];
  readonly applications: readonly string[];
  /** How many members each cluster has, in the plan or not. */
  readonly clusters: ReadonlyMap<string, number>;
  readonly hypervisors: readonly string[];
}

/** The policy's limits as one number per named scope. */
export function resolveLimits(policy: Policy, names: ScopeNames): PlanLimits {
  const { limits = {} } = policy;
  return {
    campaign: limits.campaign ?? null,
    site: perScope(limits.site, names.sites),
    zone: perScope(limits.zone, names.zones),
    application: perScope(limits.application, names.applications),
    tier: perScope(limits.tier, policy.tiers),
    cluster: perCluster(policy, names.clusters),
    hypervisor: perScope(limits.hypervisor, names.hypervisors),
    tag: { ...limits.tag },
  };
}

export function clusterMode(policy: Policy, cluster: string): ClusterMode {
  return own(policy.clusters, cluster) ?? own(policy.clusters, 'default') ?? 'limited';
}

/** Failed servers at which a scope stops. Reaching the number stops, so 0 and 1 both mean: at the first failure. */
export function resolveBudgets(policy: Policy, servers: number): PlanBudgets {
  const { budgets = {} } = policy;
  const tiers = Object.entries(budgets.tier ?? {}).map(
    ([tier, value]) => [tier, amount(value, servers)] as const,
  );
  return {
    campaign: budgets.campaign === undefined ? null : amount(budgets.campaign, servers),
    tier: Object.fromEntries(tiers),
    application: budgets.application === undefined ? null : amount(budgets.application, servers),
    cluster: budgets.cluster === undefined ? null : amount(budgets.cluster, servers),
  };
}

export function resolveReactions(policy: Policy): PlanReaction[] {
  return (policy.reactions ?? []).map((reaction) => ({
    on: reaction.on,
    action: reaction.action ?? null,
    kind: reaction.kind ?? null,
    tier: reaction.tier ?? null,
    retry: reaction.retry,
    delayMs: durationMs(reaction.delay, 0),
  }));
}

function amount(value: Amount, servers: number): number {
  const number = typeof value === 'number' ? value : Math.ceil((Number.parseInt(value, 10) * servers) / 100);
  return Math.max(1, number);
}

/** A cluster that may go down as a whole has no number, even when the limits name one; a quorum is one of its own. */
function perCluster(policy: Policy, sizes: ReadonlyMap<string, number>): Record<string, number> {
  const given = perScope(policy.limits?.cluster, [...sizes.keys()]);
  const named = [...new Set([...Object.keys(given), ...sizes.keys()])].sort();
  return Object.fromEntries(
    named.flatMap((cluster): [string, number][] => {
      const mode = clusterMode(policy, cluster);
      const limit = mode === 'full-stop' ? undefined : own(given, cluster);
      const spare = mode === 'quorum' ? minorityOf(sizes.get(cluster) ?? 0) : Infinity;
      const least = Math.min(limit ?? Infinity, spare);
      return least === Infinity ? [] : [[cluster, least]];
    }),
  );
}

/** How many members may be down while more than half of all are up. */
export function minorityOf(members: number): number {
  return Math.max(0, Math.ceil(members / 2) - 1);
}

function perScope(
  limit: number | Readonly<Record<string, number>> | undefined,
  names: readonly string[],
): Record<string, number> {
  if (limit === undefined) return {};
  if (typeof limit === 'number') return Object.fromEntries([...names].sort().map((name) => [name, limit]));
  return { ...limit };
}
