import { setMaxListeners } from 'node:events';

/** A caller's signal and a time limit as one signal; says which of the two came first. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly giveUp = (): void => this.controller.abort(this.outer.reason);
  isExpired = false;

  constructor(
    private readonly outer: AbortSignal,
    readonly timeoutMs: number,
  ) {
    this.timer = setTimeout(() => {
      this.isExpired = true;
      this.controller.abort(new Error(`time limit of ${timeoutMs} ms`));
    }, timeoutMs);
    // One signal may stop hundreds of calls; node's warning about eleven listeners is meant for leaks.
    setMaxListeners(0, outer);
    if (outer.aborted) this.giveUp();
    else outer.addEventListener('abort', this.giveUp, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Must be called when the work is over; nothing fires afterwards. */
  clear(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.giveUp);
  }
}

/** Waits for a promise that others share; rejects with the signal's reason when this caller gives up. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}

/** Resolves after the time; rejects with the signal's reason when the caller gives up. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const giveUp = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    }, durationMs);
    signal.addEventListener('abort', giveUp, { once: true });
  });
}
