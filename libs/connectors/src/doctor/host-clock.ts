import type { ClockReading } from '@patchtide/domain';

const TIME = /^(\d{9,12})(?:\.(\d{1,9}))?/m;

/** Asks for the time in epoch seconds, with the fraction where the host's `date` has one. */
export const CLOCK_ARGV = ['date', '+%s.%N'] as const;

/** The host's time in epoch milliseconds and how finely it was told; null when the text is no time. */
export function parseClock(text: string): Pick<ClockReading, 'hostMs' | 'precisionMs'> | null {
  const [, seconds, fraction] = TIME.exec(text) ?? [];
  if (seconds === undefined) return null;
  if (fraction === undefined) return { hostMs: Number(seconds) * 1000, precisionMs: 1000 };
  return { hostMs: Math.floor(Number(`${seconds}.${fraction}`) * 1000), precisionMs: 1 };
}
