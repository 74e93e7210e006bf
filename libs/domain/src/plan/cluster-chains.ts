import type { Component } from '@patchtide/contracts';
import { grouped } from '../grouped';
import { own } from '../own';
import type { Chain } from './order-jobs';
import { isPrimary } from './soft-order';

/**
 * Clusters of which only some members may be down together, as chains: each entry waits for the one `limit` places
 * before it to be up again, a primary for all others. Members are ordered by server first, so that clusters sharing
 * servers agree.
 */
export function clusterChains(
  stopped: ReadonlyMap<string, Component>,
  limitOf: Readonly<Record<string, number>>,
): Chain[] {
  const members = grouped(stopped.values(), ({ cluster }) => cluster);
  return [...members].flatMap(([cluster, list]) => {
    const limit = own(limitOf, cluster);
    if (limit === undefined || limit < 1 || list.length <= limit) return [];
    const ordered = list.sort((a, b) => comparePlace(a, b));
    return ordered.flatMap((component, i) => {
      const before = isPrimary(component)
        ? ordered.slice(0, i).filter((other, k) => k === i - limit || !isPrimary(other))
        : ordered.slice(Math.max(0, i - limit), Math.max(0, i - limit + 1));
      return before.map(({ id }) => ({ component: component.id, waitsFor: id, cluster }));
    });
  });
}

/** Replicas before the primary, then by server and id. */
function comparePlace(a: Component, b: Component): number {
  const key = (c: Component): string => `${isPrimary(c) ? 1 : 0}\u0000${c.server}\u0000${c.id}`;
  return key(a) < key(b) ? -1 : 1;
}
