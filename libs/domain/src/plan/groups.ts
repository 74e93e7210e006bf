import type { DraftPlan } from './draft-plan';

/** Union-find over servers: what relations tie together must be left out, restored and released together. */
export class Groups {
  private readonly servers: readonly string[];
  private readonly positions: ReadonlyMap<string, number>;
  /** By position in the order of names: another server of the group that comes before, or itself. */
  private readonly parent: Int32Array;

  constructor(servers: Iterable<string>) {
    this.servers = [...servers].sort();
    this.positions = new Map(this.servers.map((server, i) => [server, i]));
    this.parent = Int32Array.from(this.servers, (_, i) => i);
  }

  join(a: string, b: string): void {
    this.joinAt(this.positionOf(a), this.positionOf(b));
  }

  /** As `join`, for positions of servers in the order of names. */
  joinAt(a: number, b: number): void {
    const [rootA, rootB] = [this.rootOf(a), this.rootOf(b)];
    // The smaller name becomes the root, so that the group's name does not depend on the order of joins.
    this.parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
  }

  of(server: string): string {
    return this.servers[this.rootOf(this.positionOf(server))] ?? server;
  }

  positionOf(server: string): number {
    const position = this.positions.get(server);
    if (position === undefined) throw new Error(`server ${server} is in no group`);
    return position;
  }

  private rootOf(position: number): number {
    let root = position;
    for (let up = this.parent[root] ?? root; up !== root; up = this.parent[root] ?? root) root = up;
    for (let at = position; at !== root;) {
      const next = this.parent[at] ?? root;
      this.parent[at] = root;
      at = next;
    }
    return root;
  }

  /** Servers by group, both in the order of names. */
  all(): ReadonlyMap<string, readonly string[]> {
    const groups = new Map<string, string[]>();
    for (const server of this.servers) {
      const root = this.of(server);
      const group = groups.get(root);
      if (group) group.push(server);
      else groups.set(root, [server]);
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
  const hostOf = new Map(jobs.map((job) => [job.id, groups.positionOf(job.server)]));
  for (const [id, earlier] of waits) {
    const here = hostOf.get(id);
    for (const other of earlier) {
      const there = hostOf.get(other);
      // Most waits stay on a server.
      if (here !== undefined && there !== undefined && there !== here) groups.joinAt(here, there);
    }
  }
  const lastOf = new Map<string, string>();
  for (const { cluster, server } of selection.stopped.values()) {
    if (cluster === undefined) continue;
    groups.join(server, lastOf.get(cluster) ?? server);
    lastOf.set(cluster, server);
  }
  return groups;
}
