import { setTimeout as delay } from 'node:timers/promises';

/** What is waited for, for how long, and what to say when it does not come. */
export interface WaitOptions {
  timeoutMs: number;
  /** Completes the sentence "timed out after 5000 ms waiting for ...". */
  what: string;
  intervalMs?: number;
}

/**
 * Polls until the condition returns something truthy and returns that value. Rejects when the time is over, and
 * at once when the condition itself throws.
 */
export async function waitUntil<T>(
  condition: () => T | Promise<T>,
  options: WaitOptions,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value as NonNullable<Exclude<T, false>>;
    if (Date.now() >= deadline) {
      throw new Error(`timed out after ${options.timeoutMs} ms waiting for ${options.what}`);
    }
    await delay(options.intervalMs ?? 25);
  }
}
