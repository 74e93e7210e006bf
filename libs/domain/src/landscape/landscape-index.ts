import type { Application, BatchJob, Component, Landscape, Monitor, Server } from '@patchtide/contracts';

/** Look-ups over a landscape that has passed its checks. */
export interface LandscapeIndex {
  readonly servers: ReadonlyMap<string, Server>;
  readonly components: ReadonlyMap<string, Component>;
  readonly applications: ReadonlyMap<string, Application>;
  /** Components on a server, those that merely also run there included. */
  readonly onServer: ReadonlyMap<string, readonly Component[]>;
  /** Every server of a component, its own first. */
  readonly serversOf: ReadonlyMap<string, readonly string[]>;
  /** What a component needs, by component id. */
  readonly needs: ReadonlyMap<string, ReadonlySet<string>>;
  /** Who needs a component, by component id. */
  readonly neededBy: ReadonlyMap<string, ReadonlySet<string>>;
  readonly batchOn: ReadonlyMap<string, readonly BatchJob[]>;
  /** Monitors of a CI, by the CI's id. */
  readonly monitorsOf: ReadonlyMap<string, readonly Monitor[]>;
}

export function indexLandscape(landscape: Landscape): LandscapeIndex {
  const serversOf = new Map(landscape.components.map((c) => [c.id, [c.server]]));
  const needs = new Map<string, Set<string>>(landscape.components.map((c) => [c.id, new Set()]));
  const neededBy = new Map<string, Set<string>>(landscape.components.map((c) => [c.id, new Set()]));
  for (const relation of landscape.relations) {
    if (relation.type === 'runsOn') {
      const servers = serversOf.get(relation.from);
      if (servers && !servers.includes(relation.to)) servers.push(relation.to);
    } else {
      needs.get(relation.from)?.add(relation.to);
      neededBy.get(relation.to)?.add(relation.from);
    }
  }
  const onServer = new Map<string, Component[]>();
  for (const component of landscape.components) {
    for (const server of serversOf.get(component.id) ?? []) push(onServer, server, component);
  }
  return {
    servers: byId(landscape.servers),
    components: byId(landscape.components),
    applications: byId(landscape.applications),
    onServer,
    serversOf,
    needs,
    neededBy,
    batchOn: grouped(landscape.batchJobs, (job) => job.server),
    monitorsOf: grouped(landscape.monitors, (monitor) => monitor.ci),
  };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) push(groups, key(item), item);
  return groups;
}

function push<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}
