import type { Component, Policy } from '@patchtide/contracts';
import { cyclicSets } from '../landscape/cycles';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { own } from '../own';
import { clusterMode } from '../policy/resolve-limits';

/** For each component to be stopped: which others must be stopped before it (they start after it). */
export interface StopOrder {
  readonly stopsAfter: ReadonlyMap<string, ReadonlySet<string>>;
  readonly notes: readonly string[];
}

/** Stop order from relations; tiers order only what relations inside the application leave open. */
export function stopOrder(
  index: LandscapeIndex,
  policy: Policy,
  stopped: ReadonlyMap<string, Component>,
): StopOrder {
  const byRelation = new Map(
    [...stopped.keys()].map((id) => [id, new Set(dependentsAmong(index, stopped, id))]),
  );
  const withTiers = new Map([...byRelation].map(([id, before]) => [id, new Set(before)]));
  for (const { earlier, later } of tierPairs(index, policy, stopped)) withTiers.get(later)?.add(earlier);
  const cycles = cyclicSets(withTiers);
  if (cycles.length === 0) return { stopsAfter: withTiers, notes: [] };
  const inCycle = new Set(cycles.flat());
  const notes = cycles.map((set) => `tier order gives way to relations among ${set.join(', ')}`);
  const order = [...withTiers].map(([id, before]) => {
    const kept = [...before].filter(
      (other) => byRelation.get(id)?.has(other) || !(inCycle.has(id) && inCycle.has(other)),
    );
    return [id, new Set(kept)] as const;
  });
  return { stopsAfter: new Map(order), notes };
}

function dependentsAmong(
  index: LandscapeIndex,
  stopped: ReadonlyMap<string, Component>,
  id: string,
): string[] {
  return [...(index.neededBy.get(id) ?? [])].filter((other) => stopped.has(other)).sort();
}

function tierPairs(
  index: LandscapeIndex,
  policy: Policy,
  stopped: ReadonlyMap<string, Component>,
): { earlier: string; later: string }[] {
  const rank = new Map(policy.tiers.map((tier, i) => [tier, i]));
  const byApplication = new Map<string, Component[]>();
  for (const component of stopped.values()) {
    byApplication.set(component.application, [
      ...(byApplication.get(component.application) ?? []),
      component,
    ]);
  }
  return [...byApplication.values()].flatMap((members) => {
    const ids = new Set(members.map((m) => m.id));
    return members.flatMap((later) =>
      members
        .filter((earlier) => (rank.get(earlier.tier) ?? 0) < (rank.get(later.tier) ?? 0))
        .filter((earlier) => !speaks(index.needs, earlier.id, ids) || !speaks(index.neededBy, later.id, ids))
        .map((earlier) => ({ earlier: earlier.id, later: later.id })),
    );
  });
}

/** Whether relations inside the application say anything about this component in this direction. */
function speaks(
  relations: ReadonlyMap<string, ReadonlySet<string>>,
  id: string,
  application: ReadonlySet<string>,
): boolean {
  return [...(relations.get(id) ?? [])].some((other) => application.has(other));
}

/**
 * Clusters of which only some members may be down together, as chains: each entry waits for the one `limit` places
 * before it to be up again. Members are ordered by server first, so that clusters sharing servers agree.
 */
export function clusterChains(
  policy: Policy,
  stopped: ReadonlyMap<string, Component>,
  limitOf: Readonly<Record<string, number>>,
) {
  const members = new Map<string, Component[]>();
  for (const component of stopped.values()) {
    if (component.cluster === undefined || clusterMode(policy, component.cluster) === 'full-stop') continue;
    members.set(component.cluster, [...(members.get(component.cluster) ?? []), component]);
  }
  return [...members].flatMap(([cluster, list]) => {
    const limit = own(limitOf, cluster);
    if (limit === undefined || list.length <= limit) return [];
    const ordered = list.sort((a, b) => comparePlace(a, b));
    return ordered
      .slice(limit)
      .map((component, i) => ({ component: component.id, waitsFor: ordered[i]?.id ?? '', cluster }));
  });
}

/** Replicas before the primary, then by server and id. */
function comparePlace(a: Component, b: Component): number {
  const role = (c: Component): number => (c.attributes?.['role'] === 'primary' ? 1 : 0);
  const key = (c: Component): string => `${role(c)}\u0000${c.server}\u0000${c.id}`;
  return key(a) < key(b) ? -1 : 1;
}
