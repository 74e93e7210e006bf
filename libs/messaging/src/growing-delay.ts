export interface GrowingDelay {
  readonly firstMs: number;
  readonly capMs: number;
  /** Share by which a delay is shortened or lengthened at random, so that many clients do not come back at once. */
  readonly jitter?: number;
}

/** The wait before try `n + 1` after `n` failures: doubles from `firstMs` to `capMs`, spread by the jitter. */
export function growingDelayMs(
  failures: number,
  shape: GrowingDelay,
  random: () => number = Math.random,
): number {
  const grown = Math.min(shape.capMs, shape.firstMs * 2 ** Math.min(Math.max(failures, 1) - 1, 30));
  const spread = 1 + (shape.jitter ?? 0.2) * (2 * random() - 1);
  return Math.max(1, Math.round(grown * spread));
}
