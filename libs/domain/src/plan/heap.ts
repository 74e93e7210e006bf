/**
 * A binary heap of positions, least key first; equal keys in the order of the positions. The key of what is inside must
 * not change.
 */
export class Heap {
  private items = new Int32Array(8);
  private count = 0;

  constructor(private readonly keys: Float64Array) {}

  get size(): number {
    return this.count;
  }

  /** The position with the least key; -1 when there is none. */
  top(): number {
    return this.count === 0 ? -1 : (this.items[0] ?? -1);
  }

  clear(): void {
    this.count = 0;
  }

  push(item: number): void {
    if (this.count === this.items.length) this.grow();
    const { items } = this;
    let at = this.count;
    this.count += 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const other = items[up] ?? 0;
      if (!this.isBefore(item, other)) break;
      items[at] = other;
      at = up;
    }
    items[at] = item;
  }

  /** Takes out the position with the least key; -1 when there is none. */
  pop(): number {
    if (this.count === 0) return -1;
    const top = this.items[0] ?? -1;
    this.count -= 1;
    if (this.count > 0) this.sink(this.items[this.count] ?? 0);
    return top;
  }

  /** Puts an item in the place of the top and lets it sink to where it belongs. */
  private sink(item: number): void {
    const { items, count } = this;
    let at = 0;
    for (let down = 1; down < count; down = 2 * at + 1) {
      const right = down + 1;
      if (right < count && this.isBefore(items[right] ?? 0, items[down] ?? 0)) down = right;
      const other = items[down] ?? 0;
      if (!this.isBefore(other, item)) break;
      items[at] = other;
      at = down;
    }
    items[at] = item;
  }

  private isBefore(a: number, b: number): boolean {
    const keyA = this.keys[a] ?? 0;
    const keyB = this.keys[b] ?? 0;
    return keyA < keyB || (keyA === keyB && a < b);
  }

  private grow(): void {
    const larger = new Int32Array(this.items.length * 2);
    larger.set(this.items);
    this.items = larger;
  }
}
