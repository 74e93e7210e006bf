import type { Fault } from '@patchtide/contracts';
import type { Loaded } from './loaded';
import { type Locate, type Position, segmentsOf } from './position';

export const LISTS = ['servers', 'components', 'applications', 'relations', 'batchJobs', 'monitors'] as const;
export type ListName = (typeof LISTS)[number];
export type Item = Record<string, unknown>;

/** Where an item came from: the place of the item, and of each of its properties. */
export type Origin = (property?: string) => Position;

interface Entry {
  item: Item;
  origin: Origin;
}

/** A landscape that grows row by row, in the order of the rows, and remembers where everything came from. */
export class LandscapeDraft {
  readonly faults: Fault[] = [];
  private readonly lists = new Map<ListName, Entry[]>(LISTS.map((list) => [list, []]));
  private readonly known = new Map<string, Entry>();

  /** Adds a CI, or gives back the one that already has this id. */
  add(list: ListName, item: Item, origin: Origin): Entry | undefined {
    const key = `${list} ${String(item['id'])}`;
    const earlier = this.known.get(key);
    if (earlier) return earlier;
    const entry = { item, origin };
    this.known.set(key, entry);
    this.lists.get(list)?.push(entry);
    return undefined;
  }

  /** Adds a relation once; false when it is known already. */
  relate(type: string, ends: { from: string; to: string }, origin: Origin): boolean {
    const id = JSON.stringify([type, ends.from, ends.to]);
    if (this.known.has(`relation ${id}`)) return false;
    const entry = { item: { type, ...ends }, origin };
    this.known.set(`relation ${id}`, entry);
    this.lists.get('relations')?.push(entry);
    return true;
  }

  fault(message: string, remedy: string, at: Position): void {
    this.faults.push({ path: '', message, remedy, ...at });
  }

  /** The landscape, or every fault in the order of the text. */
  finish(): Loaded {
    if (this.faults.length > 0) {
      const faults = [...this.faults].sort(
        (a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
      );
      return { ok: false, faults };
    }
    const value = Object.fromEntries(
      LISTS.map((list) => [list, this.lists.get(list)?.map(({ item }) => item) ?? []]),
    );
    return { ok: true, value, locate: this.locate };
  }

  private readonly locate: Locate = (path) => {
    const [list, index, property] = segmentsOf(path);
    return this.lists.get(list as ListName)?.[Number(index)]?.origin(property);
  };
}
