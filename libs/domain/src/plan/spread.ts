import { Heap } from './heap';

/** A group of servers with what its servers are, one list of names for each dimension. */
export interface Candidate {
  readonly group: string;
  readonly servers: number;
  readonly traits: readonly (readonly string[])[];
}

/** Groups that are alike, the smallest first: which of them is taken next makes no difference but by size and name. */
interface Kind {
  /** What they are, as numbers, and beside it the bit of the dimension. */
  readonly names: readonly number[];
  readonly bits: readonly number[];
  readonly groups: (readonly [rank: number, candidate: Candidate])[];
  next: number;
}

/**
 * Hands out groups so that those taken are as different as possible. A group is worth what it brings that no group of the
 * round had before, per server; the tenth application is worth less than the second site. When nothing new is left, a new
 * round begins. Ties go to the smaller group, then to the smaller name, so that the order of the input does not matter.
 */
export class Spread {
  private readonly kinds: readonly Kind[];
  /** By what they would bring: bit d stands for something new in dimension d. Bucket 0 brings nothing. */
  private readonly buckets: readonly Heap[];
  /** The place of each kind's next group in the order of sizes and names. */
  private readonly ranks: Float64Array;
  /** The round in which each name was there last. */
  private readonly seenIn: Uint32Array;
  /** How many names of each dimension the round has had. */
  private readonly seen: number[];
  /** What a group of a bucket is worth at this moment. */
  private readonly worth: Float64Array;
  private round = 0;
  private left: number;

  constructor(
    candidates: readonly Candidate[],
    private readonly weights: readonly number[],
  ) {
    const numbers = new Map<string, number>();
    this.kinds = kindsOf([...candidates].sort(bySize), numbers);
    this.ranks = Float64Array.from(this.kinds, ({ groups }) => groups[0]?.[0] ?? Infinity);
    this.buckets = Array.from({ length: 2 ** weights.length }, () => new Heap(this.ranks));
    this.seenIn = new Uint32Array(numbers.size);
    this.seen = weights.map(() => 0);
    this.worth = new Float64Array(this.buckets.length);
    this.left = candidates.length;
    this.beginRound();
  }

  /** Groups not taken yet. */
  get size(): number {
    return this.left;
  }

  /** Forgets what was taken: the next group is worth what it brings by itself. */
  beginRound(): void {
    this.round += 1;
    this.seen.fill(0);
    this.weigh();
    for (const bucket of this.buckets) bucket.clear();
    for (const k of this.kinds.keys()) this.file(k, this.bringsNow(k));
  }

  /** Takes the most valuable group of at most so many servers; null when none is that small. */
  take(room: number): Candidate | null {
    for (;;) {
      const bucket = this.bestBucket(room);
      if (bucket > 0) {
        const kind = this.buckets[bucket]?.pop() ?? -1;
        const brings = this.bringsNow(kind);
        if (brings === bucket) return this.takeOf(kind);
        // What a group brings can only become less in a round: it has sunk since it was filed.
        this.file(kind, brings);
        continue;
      }
      const isLeft = this.serversIn(this.buckets[0]?.top() ?? -1) <= room;
      if (!isLeft || this.seen.every((count) => count === 0)) return null;
      this.beginRound();
    }
  }

  /** Takes the smallest group, whatever it brings, and begins a new round; null when all are taken. */
  takeSmallest(): Candidate | null {
    let smallest = -1;
    for (const [k, rank] of this.ranks.entries()) if (rank < this.rankOf(smallest)) smallest = k;
    const taken = this.takeOf(smallest);
    this.beginRound();
    return taken;
  }

  /** The bucket whose smallest group is worth most and small enough; 0 when no group brings anything. */
  private bestBucket(room: number): number {
    let best = 0;
    let bestKind = -1;
    let bestValue = 0;
    for (let bucket = 1; bucket < this.buckets.length; bucket++) {
      const kind = this.buckets[bucket]?.top() ?? -1;
      if (kind < 0) continue;
      const servers = this.serversIn(kind);
      if (servers > room) continue;
      const value = (this.worth[bucket] ?? 0) / servers;
      const isTie = value === bestValue && this.rankOf(kind) < this.rankOf(bestKind);
      if (value > bestValue || isTie) [best, bestKind, bestValue] = [bucket, kind, value];
    }
    return best;
  }

  private takeOf(k: number): Candidate | null {
    const kind = this.kinds[k];
    const taken = kind?.groups[kind.next]?.[1];
    if (!kind || !taken) return null;
    this.left -= 1;
    kind.next += 1;
    this.ranks[k] = kind.groups[kind.next]?.[0] ?? Infinity;
    this.see(kind);
    this.weigh();
    this.file(k, 0);
    return taken;
  }

  private see({ names, bits }: Kind): void {
    for (const [i, name] of names.entries()) {
      if (this.seenIn[name] === this.round) continue;
      this.seenIn[name] = this.round;
      const dimension = Math.log2(bits[i] ?? 1);
      this.seen[dimension] = (this.seen[dimension] ?? 0) + 1;
    }
  }

  private weigh(): void {
    for (let bucket = 1; bucket < this.worth.length; bucket++) {
      let worth = 0;
      for (const [d, weight] of this.weights.entries())
        if ((bucket >> d) & 1) worth += weight / (1 + (this.seen[d] ?? 0));
      this.worth[bucket] = worth;
    }
  }

  private file(k: number, bucket: number): void {
    if (this.rankOf(k) < Infinity) this.buckets[bucket]?.push(k);
  }

  private bringsNow(k: number): number {
    const { names, bits } = this.kinds[k] ?? { names: [], bits: [] };
    let brings = 0;
    for (let i = 0; i < names.length; i++)
      if (this.seenIn[names[i] ?? 0] !== this.round) brings |= bits[i] ?? 0;
    return brings;
  }

  private serversIn(k: number): number {
    const kind = this.kinds[k];
    return kind?.groups[kind.next]?.[1].servers ?? Infinity;
  }

  private rankOf(k: number): number {
    return this.ranks[k] ?? Infinity;
  }
}

/** The kinds of these groups; `numbers` gets a number for every name of every dimension. */
function kindsOf(candidates: readonly Candidate[], numbers: Map<string, number>): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const [rank, candidate] of candidates.entries()) {
    const key = JSON.stringify(candidate.traits);
    const kind = kinds.get(key) ?? newKind(candidate, numbers);
    kind.groups.push([rank, candidate]);
    kinds.set(key, kind);
  }
  return [...kinds.values()];
}

function newKind({ traits }: Candidate, numbers: Map<string, number>): Kind {
  const names: number[] = [];
  const bits: number[] = [];
  for (const [d, list] of traits.entries()) {
    for (const name of list) {
      const key = `${d} ${name}`;
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      names.push(number);
      bits.push(1 << d);
    }
  }
  return { names, bits, groups: [], next: 0 };
}

function bySize(a: Candidate, b: Candidate): number {
  return a.servers - b.servers || (a.group < b.group ? -1 : 1);
}
