import { listsOf, topological, turnedRound } from '../lists';

/** Edges of a directed graph by node. */
export type Edges = ReadonlyMap<string, Iterable<string>>;

/**
 * The nodes that lie on a cycle, as strongly connected sets (Tarjan, without recursion), each sorted.
 * A node with an edge to itself is a set of one.
 */
export function cyclicSets(edges: Edges): string[][] {
  const rest = withoutLooseEnds(edges);
  const walk = new TarjanWalk(rest);
  for (const node of rest.keys()) walk.from(node);
  return walk.sets.filter((set) => set.length > 1 || hasSelfEdge(rest, set[0] ?? ''));
}

/**
 * What is left when nodes to which nothing leads are taken away again and again. Nearly always that is nothing, and much
 * sooner known than sets are found.
 */
function withoutLooseEnds(edges: Edges): Edges {
  const position = new Map<string, number>();
  for (const node of edges.keys()) position.set(node, position.size);
  const targets = listsOf([...edges.values()], position);
  const loose = topological(turnedRound(targets), targets);
  if (loose.length === position.size) return new Map();
  const isLoose = new Set(loose);
  return new Map([...edges].filter((_, i) => !isLoose.has(i)));
}

/** The shortest cycle through the given set, as a list that ends where it began. */
export function shortestCycle(edges: Edges, set: readonly string[]): string[] {
  const inside = new Set(set);
  let best: string[] = [];
  for (const start of set.slice(0, 200)) {
    const cycle = cycleFrom(edges, inside, start);
    if (cycle.length > 0 && (best.length === 0 || cycle.length < best.length)) best = cycle;
  }
  return best;
}

function hasSelfEdge(edges: Edges, node: string): boolean {
  return [...(edges.get(node) ?? [])].includes(node);
}

function cycleFrom(edges: Edges, inside: ReadonlySet<string>, start: string): string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] ?? '';
    for (const next of edges.get(node) ?? []) {
      if (next === start) return [...pathTo(cameFrom, start, node), start];
      if (!inside.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  return [];
}

function pathTo(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const path = [end];
  for (let node = end; node !== start;) {
    node = cameFrom.get(node) ?? start;
    path.unshift(node);
  }
  return path;
}

class TarjanWalk {
  readonly sets: string[][] = [];
  private readonly order = new Map<string, number>();
  private readonly low = new Map<string, number>();
  private readonly onStack = new Set<string>();
  private readonly stack: string[] = [];

  constructor(private readonly edges: Edges) {}

  from(root: string): void {
    if (this.order.has(root)) return;
    const frames = [this.enter(root)];
    while (frames.length > 0) {
      const frame = frames[frames.length - 1];
      if (!frame) return;
      const next = frame.rest.next();
      if (next.done) {
        frames.pop();
        this.leave(frame.node, frames[frames.length - 1]?.node);
      } else if (!this.order.has(next.value)) {
        frames.push(this.enter(next.value));
      } else if (this.onStack.has(next.value)) {
        this.lower(frame.node, this.order.get(next.value) ?? 0);
      }
    }
  }

  private enter(node: string): { node: string; rest: Iterator<string> } {
    this.order.set(node, this.order.size);
    this.low.set(node, this.order.get(node) ?? 0);
    this.stack.push(node);
    this.onStack.add(node);
    return { node, rest: (this.edges.get(node) ?? [])[Symbol.iterator]() };
  }

  private leave(node: string, parent: string | undefined): void {
    const low = this.low.get(node) ?? 0;
    if (parent !== undefined) this.lower(parent, low);
    if (low !== this.order.get(node)) return;
    const at = this.stack.indexOf(node);
    const set = this.stack.splice(at);
    for (const member of set) this.onStack.delete(member);
    this.sets.push(set.sort());
  }

  private lower(node: string, value: number): void {
    this.low.set(node, Math.min(this.low.get(node) ?? 0, value));
  }
}
