import type { BrokenRelation, Component, Policy } from '@patchtide/contracts';
import { cyclicSets } from '../landscape/cycles';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { softOrder, type SoftWait } from './soft-order';

/** For each component to be stopped: which others must be stopped before it (they start after it). */
export interface StopOrder {
  readonly stopsAfter: ReadonlyMap<string, ReadonlySet<string>>;
  readonly notes: readonly string[];
}

/** Relations as far as the order of a policy respects them. */
export type Relations = Pick<LandscapeIndex, 'needs' | 'neededBy'>;

/**
 * Stop order from relations, but for those that the policy breaks. Tiers order only what relations inside the application
 * leave open, roles the members of a cluster that goes down as a whole; both give way to relations.
 */
export function stopOrder(
  index: LandscapeIndex,
  policy: Policy,
  stopped: ReadonlyMap<string, Component>,
  rolling: ReadonlySet<string> = new Set(),
): StopOrder {
  const relations = withoutBroken(index, policy.breaks ?? []);
  const byRelation = new Map(
    [...stopped.keys()].map((id) => [id, new Set(dependentsAmong(relations, stopped, id))]),
  );
  const withSoft = new Map([...byRelation].map(([id, before]) => [id, new Set(before)]));
  const soft = softOrder(relations, policy, stopped, rolling);
  for (const { earlier, later } of soft) withSoft.get(later)?.add(earlier);
  const cycles = cyclicSets(withSoft);
  if (cycles.length === 0) return { stopsAfter: withSoft, notes: [] };
  const inCycle = new Set(cycles.flat());
  const notes = cycles.map((set) => givenUp(soft, set));
  const order = [...withSoft].map(([id, before]) => {
    const kept = [...before].filter(
      (other) => byRelation.get(id)?.has(other) || !(inCycle.has(id) && inCycle.has(other)),
    );
    return [id, new Set(kept)] as const;
  });
  return { stopsAfter: new Map(order), notes };
}

function givenUp(soft: readonly SoftWait[], set: readonly string[]): string {
  const inside = new Set(set);
  const by = soft.flatMap((one) => (inside.has(one.earlier) && inside.has(one.later) ? [one.by] : []));
  const orders = [...new Set(by)].sort().reverse();
  return `${orders.join(' and ')} order gives way to relations among ${set.join(', ')}`;
}

function withoutBroken({ needs, neededBy }: Relations, breaks: readonly BrokenRelation[]): Relations {
  if (breaks.length === 0) return { needs, neededBy };
  const [kept, keptBy] = [new Map(needs), new Map(neededBy)];
  for (const { from, to } of breaks) {
    kept.set(from, without(kept.get(from), to));
    keptBy.set(to, without(keptBy.get(to), from));
  }
  return { needs: kept, neededBy: keptBy };
}

function without(set: ReadonlySet<string> = new Set(), id: string): ReadonlySet<string> {
  return new Set([...set].filter((other) => other !== id));
}

function dependentsAmong(
  { neededBy }: Relations,
  stopped: ReadonlyMap<string, Component>,
  id: string,
): string[] {
  return [...(neededBy.get(id) ?? [])].filter((other) => stopped.has(other)).sort();
}
