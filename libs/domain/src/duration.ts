const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration such as `90s`, `10m` or `1h30m`; null when the text is none. */
export function parseDuration(text: string): number | null {
  if (!/^([0-9]+(ms|s|m|h))+$/.test(text)) return null;
  const parts = text.matchAll(/([0-9]+)(ms|s|m|h)/g);
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS_MS[unit ?? ''] ?? 0), 0);
}

/** Milliseconds of a duration that the schema has already checked; `fallbackMs` when it is absent. */
export function durationMs(text: string | undefined, fallbackMs: number): number {
  return text === undefined ? fallbackMs : (parseDuration(text) ?? fallbackMs);
}
