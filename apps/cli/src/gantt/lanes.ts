/** Where a bar is in its row when others overlap it: the lane from above, of so many. */
export interface Lane {
  readonly lane: number;
  readonly lanes: number;
}

/** Bars that overlap share the height of their row; every other one has all of it. In the order of the bars given. */
export function lanesOf(bars: readonly { readonly from: number; readonly to: number }[]): Lane[] {
  const order = bars.map((_, i) => i).sort((a, b) => (bars[a]?.from ?? 0) - (bars[b]?.from ?? 0) || a - b);
  const found: Lane[] = bars.map(() => ({ lane: 0, lanes: 1 }));
  let cluster: number[] = [];
  let ends: number[] = [];
  const close = (): void => {
    for (const i of cluster) found[i] = { lane: found[i]?.lane ?? 0, lanes: ends.length };
  };
  for (const i of order) {
    const { from, to } = bars[i] ?? { from: 0, to: 0 };
    if (ends.every((end) => end <= from)) {
      close();
      cluster = [];
      ends = [];
    }
    const free = ends.findIndex((end) => end <= from);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = to;
    cluster.push(i);
    found[i] = { lane, lanes: 1 };
  }
  close();
  return found;
}
