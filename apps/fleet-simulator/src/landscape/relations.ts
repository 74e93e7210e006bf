import type { Component, Relation } from '@patchtide/contracts';
import { pick, type Random } from '../random';

/** Component ids by application and tier. */
export type Inventory = ReadonlyMap<string, readonly string[]>;

export function inventoryOf(components: readonly Component[]): Inventory {
  const inventory = new Map<string, string[]>();
  for (const { application, tier, id } of components) {
    const key = `${application} ${tier}`;
    inventory.set(key, [...(inventory.get(key) ?? []), id]);
  }
  return inventory;
}

/** Within each application web needs app and app needs db; across them about four in ten need a platform application. */
export function relationsOf(
  inventory: Inventory,
  applications: readonly string[],
  random: Random,
): Relation[] {
  const edges = (from: string, to: string) =>
    (inventory.get(from) ?? []).flatMap((source) =>
      (inventory.get(to) ?? []).map((target) => ({ type: 'dependsOn', from: source, to: target }) as const),
    );
  return [
    ...applications.flatMap((id) => [...edges(`${id} web`, `${id} app`), ...edges(`${id} app`, `${id} db`)]),
    ...crossings(applications, random).flatMap(({ from, to, tier }) => edges(`${from} app`, `${to} ${tier}`)),
  ];
}

interface Crossing {
  readonly from: string;
  readonly to: string;
  readonly tier: 'app' | 'db';
}

/** Every edge points to an application earlier in the list: there can be no cycle. */
function crossings(applications: readonly string[], random: Random): Crossing[] {
  const platform = applications.slice(0, Math.max(1, Math.floor(applications.length / 10)));
  const others = applications.slice(platform.length);
  const found: Crossing[] = [];
  for (const [at, from] of platform.entries()) {
    const below = platform[at - 1];
    if (below !== undefined && at % 2 === 1) found.push({ from, to: below, tier: 'app' });
  }
  for (const from of others) {
    if (random() < 0.42)
      found.push({ from, to: pick(random, platform), tier: random() < 0.6 ? 'app' : 'db' });
  }
  return found;
}
