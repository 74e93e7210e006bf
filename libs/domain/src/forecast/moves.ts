import type { Move } from '@patchtide/contracts';

/** A group of servers that goes as a whole, because relations tie it together. */
export interface AtStake {
  readonly group: string;
  readonly applications: readonly string[];
  readonly servers: number;
  readonly criticality: Move['criticality'];
  /** Position of the window in which it is planned. */
  readonly window: number;
  /** Positions of the windows in which it may run. */
  readonly openTo: readonly number[];
  /** Even alone it takes longer than its window. */
  readonly isTooLong: boolean;
}

/** Groups that go into another window, by its position, or out (null). */
export type Placement = ReadonlyMap<string, number | null>;

export interface Stakes {
  readonly groups: readonly AtStake[];
  readonly windows: number;
  /** Whether the plan would fit, by the policy's rule, with these groups elsewhere. */
  readonly wouldFit: (elsewhere: Placement) => boolean;
  /** Most plans that are tried once it is known what must go at most. */
  readonly maxTries: number;
}

const IMPORTANCE = { low: 0, medium: 1, high: 2 } as const;

/**
 * The groups to move so that the rest fits, and where to. Least important and smallest go first, as many as are needed;
 * then what has room after all comes back, the most important first; then other windows are tried. With few tries the
 * answer is right but may move more than is needed.
 */
export function whereToMove(stakes: Stakes): Move[] {
  return new Search(stakes).moves();
}

class Search {
  private readonly placement = new Map<string, number | null>();
  private readonly order: readonly AtStake[];
  private triesLeft: number;

  constructor(private readonly stakes: Stakes) {
    this.order = [...stakes.groups].sort(byImportance);
    this.triesLeft = stakes.maxTries;
  }

  moves(): Move[] {
    const tooLong = this.order.filter((group) => group.isTooLong);
    for (const { group } of tooLong) this.placement.set(group, null);
    const out = this.fewest(this.order.filter((group) => !group.isTooLong));
    for (const { group } of out) this.placement.set(group, null);
    const mostImportantFirst = out.toReversed();
    this.bringBack(mostImportantFirst);
    for (let window = 0; window < this.stakes.windows; window++) {
      const mayMove = ({ group, window: from, openTo }: AtStake) =>
        this.placement.get(group) === null && from !== window && openTo.includes(window);
      this.moveTo(window, [...tooLong, ...mostImportantFirst].filter(mayMove));
    }
    return this.order.flatMap(({ group, applications, servers, criticality }) => {
      const toWindow = this.placement.get(group);
      return toWindow === undefined ? [] : [{ group, applications, servers, criticality, toWindow }];
    });
  }

  /** As few of the first as make the rest fit; found by halving, since with all of them out nothing is left. */
  private fewest(groups: readonly AtStake[]): readonly AtStake[] {
    let [tooFew, enough] = [-1, groups.length];
    while (enough - tooFew > 1) {
      const middle = Math.floor((tooFew + enough) / 2);
      if (this.fitsWith(groups.slice(0, middle), null)) enough = middle;
      else tooFew = middle;
    }
    return groups.slice(0, enough);
  }

  /** Puts back all of these, or else those of one half and then of the other. */
  private bringBack(groups: readonly AtStake[]): void {
    this.inHalves(groups, (some) => {
      const elsewhere = new Map(this.placement);
      for (const { group } of some) elsewhere.delete(group);
      if (!this.stakes.wouldFit(elsewhere)) return false;
      for (const { group } of some) this.placement.delete(group);
      return true;
    });
  }

  private moveTo(window: number, groups: readonly AtStake[]): void {
    this.inHalves(groups, (some) => {
      if (!this.fitsWith(some, window)) return false;
      for (const { group } of some) this.placement.set(group, window);
      return true;
    });
  }

  private inHalves(groups: readonly AtStake[], works: (some: readonly AtStake[]) => boolean): void {
    if (groups.length === 0 || this.triesLeft <= 0) return;
    this.triesLeft -= 1;
    if (works(groups) || groups.length === 1) return;
    const half = Math.ceil(groups.length / 2);
    this.inHalves(groups.slice(0, half), works);
    this.inHalves(groups.slice(half), works);
  }

  private fitsWith(groups: readonly AtStake[], window: number | null): boolean {
    return this.stakes.wouldFit(
      new Map([...this.placement, ...groups.map(({ group }) => [group, window] as const)]),
    );
  }
}

function byImportance(a: AtStake, b: AtStake): number {
  return (
    IMPORTANCE[a.criticality] - IMPORTANCE[b.criticality] ||
    a.servers - b.servers ||
    (a.group < b.group ? -1 : 1)
  );
}
