import { setTimeout as sleep } from 'node:timers/promises';
import { CallFailed } from '@patchtide/connectors/monitoring';
import { growingDelayMs } from '@patchtide/messaging';

export interface Patience {
  /** Until when repeating makes sense, on the clock of `nowMs`. */
  readonly deadlineMs: number;
  /** Bound of one call. */
  readonly callMs: number;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly firstDelayMs: number;
}

/**
 * Repeats a call that may be repeated until it succeeds, cannot succeed, or the deadline is near; then its last error
 * is thrown. The signal ends it with the signal's error: the order goes to another instance.
 */
export async function persist<T>(
  patience: Patience,
  attempt: (call: { timeoutMs: number; signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  const { deadlineMs, callMs, signal, nowMs, firstDelayMs } = patience;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt({ timeoutMs: Math.max(1, Math.min(callMs, deadlineMs - nowMs())), signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CallFailed) || !error.retryable) throw error;
      const delayMs = growingDelayMs(failures, { firstMs: firstDelayMs, capMs: 10_000 });
      if (nowMs() + delayMs >= deadlineMs) throw error;
      await sleep(delayMs, undefined, { signal });
    }
  }
}
