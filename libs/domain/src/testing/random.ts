/** A whole number from 0 to `max`. fast-check or a seeded generator stands behind it; nothing here draws by itself. */
export type Draw = (max: number) => number;

/** True in `percent` of a hundred cases. */
export function chance(draw: Draw, percent: number): boolean {
  return draw(99) < percent;
}

export function pick<T>(draw: Draw, items: readonly [T, ...T[]]): T {
  return items[draw(items.length - 1)] ?? items[0];
}

export function pickSome<T>(draw: Draw, items: readonly T[], percent: number): T[] {
  return items.filter(() => chance(draw, percent));
}

/** The items in another order. */
export function shuffled<T>(draw: Draw, items: readonly T[]): T[] {
  const rest = [...items];
  const result: T[] = [];
  while (rest.length > 0) result.push(...rest.splice(draw(rest.length - 1), 1));
  return result;
}

/** A generator for long runs (mulberry32): the same seed gives the same night. */
export function seededDraw(seed: number): Draw {
  let state = seed | 0;
  return (max) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % (max + 1);
  };
}
