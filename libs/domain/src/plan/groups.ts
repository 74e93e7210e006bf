import type { DraftPlan } from './draft-plan';

/** Union-find over servers: what relations tie together must be left out, restored and released together. */
export class Groups {
  private readonly parent = new Map<string, string>();

  constructor(servers: Iterable<string>) {
    for (const server of servers) this.parent.set(server, server);
  }

  join(a: string, b: string): void {
    const [rootA, rootB] = [this.of(a), this.of(b)];
    if (rootA === rootB) return;
    // The smaller name becomes the root, so that the group's name does not depend on the order of joins.
    if (rootA < rootB) this.parent.set(rootB, rootA);
    else this.parent.set(rootA, rootB);
  }

  of(server: string): string {
    let root = server;
    for (let up = this.parent.get(root) ?? root; up !== root; up = this.parent.get(root) ?? root) root = up;
    for (let at = server; at !== root;) {
      const next = this.parent.get(at) ?? root;
      this.parent.set(at, root);
      at = next;
    }
    return root;
  }

  /** Servers by group, both in the order of names. */
  all(): ReadonlyMap<string, readonly string[]> {
    const groups = new Map<string, string[]>();
    for (const server of [...this.parent.keys()].sort()) {
      const root = this.of(server);
      groups.set(root, [...(groups.get(root) ?? []), server]);
    }
    return groups;
  }
}

/** Servers are tied together by every wait between their jobs and by their clusters: that is what makes them one group. */
export function groupServers({
  servers,
  jobs,
  waits,
  selection,
}: Pick<DraftPlan, 'servers' | 'jobs' | 'waits' | 'selection'>): Groups {
  const groups = new Groups(Object.keys(servers));
  const serverOf = new Map(jobs.map((job) => [job.id, job.server]));
  for (const [id, earlier] of waits) {
    for (const other of earlier) groups.join(serverOf.get(id) ?? '', serverOf.get(other) ?? '');
  }
  const hostOf = new Map<string, string>();
  for (const { cluster, server } of selection.stopped.values()) {
    if (cluster === undefined) continue;
    groups.join(server, hostOf.get(cluster) ?? server);
    hostOf.set(cluster, server);
  }
  return groups;
}

/**
 * Spreads groups over waves: each wave but the last takes the smallest groups until its share of servers is reached.
 * Returns the wave's name by group; with one wave or one group everything is in the last.
 */
export function assignWaves(
  groups: ReadonlyMap<string, readonly string[]>,
  waves: readonly { readonly name: string; readonly share?: string }[],
): ReadonlyMap<string, string> {
  const total = [...groups.values()].reduce((sum, servers) => sum + servers.length, 0);
  const bySize = [...groups].sort(([a, x], [b, y]) => x.length - y.length || (a < b ? -1 : 1));
  const assigned = new Map<string, string>();
  const last = waves.at(-1)?.name ?? 'all';
  for (const wave of waves.slice(0, -1)) {
    let room = Math.ceil((total * Number.parseInt(wave.share ?? '0', 10)) / 100);
    while (room > 0 && bySize.length > 1) {
      const [group, servers] = bySize.shift() ?? ['', []];
      assigned.set(group, wave.name);
      room -= servers.length;
    }
  }
  for (const [group] of bySize) assigned.set(group, last);
  return assigned;
}
