import type { Component, Exclusion, Policy } from '@patchtide/contracts';
import type { LandscapeIndex } from '../landscape/landscape-index';
import { exceptionsOn, procedureFor } from '../policy/effective';
import { patchMethod } from '../policy/patch-steps';

/** What a plan touches: servers to patch, components to stop, and what is left out and why. */
export interface Selection {
  /** Patch method by server id, in the order of ids. */
  readonly patched: ReadonlyMap<string, string>;
  readonly stopped: ReadonlyMap<string, Component>;
  readonly exclusions: readonly Exclusion[];
  readonly notes: readonly string[];
}

/** Decides what is patched and stopped for the servers in scope, following the policy on dependents outside of it. */
export function selectTargets(index: LandscapeIndex, policy: Policy, scope: readonly string[]): Selection {
  const exclusions: Exclusion[] = [];
  const patched = new Map<string, string>();
  for (const id of scope) {
    const verdict = methodOrReason(index, policy, id);
    if ('method' in verdict) patched.set(id, verdict.method);
    else exclusions.push({ ci: id, reason: verdict.reason });
  }
  const mode = policy.outsideDependents ?? 'stop-too';
  const notes: string[] = [];
  if (mode === 'exclude') excludeForDependents(index, policy, patched, exclusions);
  const stopped = componentsOn(index, policy, [...patched.keys()]);
  if (mode === 'stop-too') addDependents(index, policy, stopped, notes);
  if (mode === 'warn') warnOfDependents(index, policy, stopped, notes);
  exclusions.sort((a, b) => (a.ci < b.ci ? -1 : 1));
  return { patched, stopped: sortedById(stopped), exclusions, notes };
}

function methodOrReason(
  index: LandscapeIndex,
  policy: Policy,
  id: string,
): { method: string } | { reason: string } {
  const server = index.servers.get(id);
  if (!server) return { reason: 'the server is not in the landscape' };
  const exceptions = exceptionsOn(policy, server, index.onServer.get(id) ?? []);
  const excluding = exceptions.find((e) => e.set.exclude === true);
  if (excluding)
    return { reason: `exception of ${excluding.owner} until ${excluding.until}: ${excluding.reason}` };
  return patchMethod(policy, server);
}

function componentsOn(
  index: LandscapeIndex,
  policy: Policy,
  servers: readonly string[],
): Map<string, Component> {
  const all = servers.flatMap((id) => index.onServer.get(id) ?? []);
  return new Map(all.filter((c) => !isKept(index, policy, c)).map((c) => [c.id, c]));
}

function isKept(index: LandscapeIndex, policy: Policy, component: Component): boolean {
  const server = index.servers.get(component.server);
  return server !== undefined && procedureFor(policy, component, server).safeToKeep === true;
}

function outsideDependents(
  index: LandscapeIndex,
  policy: Policy,
  inside: ReadonlyMap<string, Component>,
  of: string,
): Component[] {
  return [...(index.neededBy.get(of) ?? [])].sort().flatMap((id) => {
    const dependent = index.components.get(id);
    return dependent && !inside.has(id) && !isKept(index, policy, dependent) ? [dependent] : [];
  });
}

function addDependents(
  index: LandscapeIndex,
  policy: Policy,
  stopped: Map<string, Component>,
  notes: string[],
): void {
  const queue = [...stopped.keys()];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const dependent of outsideDependents(index, policy, stopped, next)) {
      stopped.set(dependent.id, dependent);
      queue.push(dependent.id);
      notes.push(`${dependent.id} is outside the scope and is stopped too, because it depends on ${next}`);
    }
  }
}

function warnOfDependents(
  index: LandscapeIndex,
  policy: Policy,
  stopped: ReadonlyMap<string, Component>,
  notes: string[],
): void {
  for (const id of [...stopped.keys()].sort()) {
    for (const dependent of outsideDependents(index, policy, stopped, id)) {
      notes.push(
        `${dependent.id} is outside the scope and keeps running while ${id}, which it depends on, is stopped`,
      );
    }
  }
}

/** Leaving a server out may leave its components' needs with a dependent outside, so this runs until nothing changes. */
function excludeForDependents(
  index: LandscapeIndex,
  policy: Policy,
  patched: Map<string, string>,
  exclusions: Exclusion[],
): void {
  for (let changed = true; changed;) {
    changed = false;
    const inside = componentsOn(index, policy, [...patched.keys()]);
    for (const component of inside.values()) {
      const [dependent] = outsideDependents(index, policy, inside, component.id);
      const hosts = dependent ? (index.serversOf.get(component.id) ?? []) : [];
      for (const ci of hosts.filter((id) => patched.delete(id))) {
        changed = true;
        exclusions.push({ ci, reason: `${dependent?.id}, outside the scope, depends on ${component.id}` });
      }
    }
  }
}

function sortedById(components: ReadonlyMap<string, Component>): Map<string, Component> {
  return new Map([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
}
