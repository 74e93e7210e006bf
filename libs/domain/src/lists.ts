/** Lists of positions, one after the other in one array: list i is `items[from[i]]` to `items[from[i + 1] - 1]`. */
export interface Lists {
  readonly from: Int32Array;
  readonly items: Int32Array;
}

/** The lists as they are. */
export function packed(lists: readonly (readonly number[])[]): Lists {
  const from = new Int32Array(lists.length + 1);
  lists.forEach((list, i) => (from[i + 1] = (from[i] ?? 0) + list.length));
  const items = new Int32Array(from[lists.length] ?? 0);
  lists.forEach((list, i) => items.set(list, from[i] ?? 0));
  return { from, items };
}

/** The positions of what the lists name; what has none is left out. */
export function listsOf(named: readonly Iterable<string>[], position: ReadonlyMap<string, number>): Lists {
  const items: number[] = [];
  const from = new Int32Array(named.length + 1);
  named.forEach((names, list) => {
    for (const name of names) {
      const at = position.get(name);
      if (at !== undefined) items.push(at);
    }
    from[list + 1] = items.length;
  });
  return { from, items: Int32Array.from(items) };
}

/** For each position the lists that have it. */
export function turnedRound({ from, items }: Lists): Lists {
  const count = from.length - 1;
  const turnedFrom = startsOf(items, count);
  const next = turnedFrom.slice();
  const turned = new Int32Array(items.length);
  for (let list = 0; list < count; list++) {
    for (let i = from[list] ?? 0; i < (from[list + 1] ?? 0); i++) {
      const item = items[i] ?? 0;
      const place = next[item] ?? 0;
      turned[place] = list;
      next[item] = place + 1;
    }
  }
  return { from: turnedFrom, items: turned };
}

/** Where the entries of each of so many positions begin when they are put in order. */
function startsOf(items: Int32Array, count: number): Int32Array {
  const from = new Int32Array(count + 1);
  for (const item of items) from[item + 1] = (from[item + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) from[i + 1] = (from[i + 1] ?? 0) + (from[i] ?? 0);
  return from;
}

/** Positions so that each comes after all that its list in `before` names; what is on a cycle, or behind one, is left out. */
export function topological(before: Lists, after: Lists): Int32Array {
  const count = before.from.length - 1;
  const open = Int32Array.from(
    { length: count },
    (_, i) => (before.from[i + 1] ?? 0) - (before.from[i] ?? 0),
  );
  const order = new Int32Array(count);
  let found = 0;
  open.forEach((left, job) => {
    if (left === 0) order[found++] = job;
  });
  for (let head = 0; head < found; head++) {
    const job = order[head] ?? 0;
    for (let i = after.from[job] ?? 0; i < (after.from[job + 1] ?? 0); i++) {
      const next = after.items[i] ?? 0;
      const left = (open[next] ?? 0) - 1;
      open[next] = left;
      if (left === 0) order[found++] = next;
    }
  }
  return order.subarray(0, found);
}
