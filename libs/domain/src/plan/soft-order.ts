import type { Component, Policy } from '@patchtide/contracts';
import { grouped } from '../grouped';
import type { Relations } from './stop-order';

/** One component that stops before another unless relations want it otherwise. */
export interface SoftWait {
  readonly earlier: string;
  readonly later: string;
  readonly by: 'tier' | 'role';
}

type Stopped = ReadonlyMap<string, Component>;

/**
 * What relations do not say: the order of tiers inside an application, and replicas before their primary in clusters that
 * go down as a whole. `rolling`: the other clusters, whose chains see to it.
 */
export function softOrder(
  relations: Relations,
  policy: Policy,
  stopped: Stopped,
  rolling: ReadonlySet<string>,
): SoftWait[] {
  const applications = grouped(stopped.values(), (component) => component.application);
  const clusters = grouped(stopped.values(), (component) => component.cluster);
  return [
    ...[...applications.values()].flatMap((members) => byTier(relations, policy, members)),
    ...[...clusters].flatMap(([cluster, members]) => (rolling.has(cluster) ? [] : byRole(members))),
  ];
}

/** Whether a component is the one of its cluster that goes down last and comes up first. */
export function isPrimary({ attributes }: Component): boolean {
  return attributes?.['role'] === 'primary';
}

function byRole(members: readonly Component[]): SoftWait[] {
  const primaries = members.filter(isPrimary);
  if (primaries.length === 0) return [];
  const replicas = members.filter((member) => !isPrimary(member));
  return primaries.flatMap(({ id: later }) =>
    replicas.map(({ id: earlier }) => ({ earlier, later, by: 'role' as const })),
  );
}

interface Ranked {
  readonly id: string;
  readonly rank: number;
  /** Whether relations inside the application say what it needs, and who needs it. */
  readonly needs: boolean;
  readonly isNeeded: boolean;
}

/** Every pair of members whose tiers differ, but for those of which relations order both. */
function byTier({ needs, neededBy }: Relations, policy: Policy, members: readonly Component[]): SoftWait[] {
  const ranks = new Map(policy.tiers.map((tier, i) => [tier, i]));
  const ids = new Set(members.map((member) => member.id));
  const ranked = members.map(({ id, tier }): Ranked => ({
    id,
    rank: ranks.get(tier) ?? 0,
    needs: isAmong(needs.get(id), ids),
    isNeeded: isAmong(neededBy.get(id), ids),
  }));
  return ranked.flatMap((later) =>
    ranked
      .filter((earlier) => earlier.rank < later.rank && !(earlier.needs && later.isNeeded))
      .map((earlier) => ({ earlier: earlier.id, later: later.id, by: 'tier' as const })),
  );
}

function isAmong(others: ReadonlySet<string> = new Set(), ids: ReadonlySet<string>): boolean {
  for (const other of others) if (ids.has(other)) return true;
  return false;
}
