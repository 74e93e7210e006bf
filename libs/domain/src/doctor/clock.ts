import type { Finding } from './findings';

/** A host's clock, read between two readings of ours. All in epoch milliseconds. */
export interface ClockReading {
  readonly sentMs: number;
  readonly hostMs: number;
  /** How finely the host told the time. */
  readonly precisionMs: number;
  readonly receivedMs: number;
}

const SECOND_MS = 1000;
/** From here on, what two logs say happened first is a guess. */
const DRIFT_MS = 5 * SECOND_MS;
/** Kerberos refuses more; apt takes package lists for not valid yet. */
const WRONG_MS = 5 * 60 * SECOND_MS;

/**
 * How far a host's clock is ahead of ours (negative: behind). The host read it somewhere on the way there and back, so
 * the middle is the best guess and half of the way is what the guess may be wrong by.
 */
export function clockOffset({ sentMs, hostMs, precisionMs, receivedMs }: ClockReading): {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
} {
  return {
    offsetMs: hostMs + precisionMs / 2 - (sentMs + receivedMs) / 2,
    uncertaintyMs: (receivedMs - sentMs + precisionMs) / 2,
  };
}

/** What is wrong with a host's clock beyond doubt, compared with ours, which the sentence calls `ours`; null when nothing is. */
export function clockFinding(reading: ClockReading, ours = "this machine's"): Finding | null {
  const { offsetMs, uncertaintyMs } = clockOffset(reading);
  if (uncertaintyMs > DRIFT_MS) {
    const took = Math.round((reading.receivedMs - reading.sentMs) / SECOND_MS);
    return { code: 'cannot-tell', sentence: `its clock cannot be compared: the answer took ${took} s` };
  }
  const sureMs = Math.abs(offsetMs) - uncertaintyMs;
  if (sureMs <= DRIFT_MS) return null;
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  const sentence = `its clock is ${inWords(Math.abs(offsetMs))} ${direction} ${ours}`;
  return { code: sureMs > WRONG_MS ? 'clock-off' : 'clock-drift', sentence };
}

function inWords(ms: number): string {
  const seconds = Math.round(ms / SECOND_MS);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
