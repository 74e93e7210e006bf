export interface Pace {
  /** Pause after a round that found work, and the first pause after it. */
  readonly busyMs: number;
  /** What the pause grows to, by a fifth each round, while there is nothing to do. */
  readonly idleMs: number;
  /** Least pause, also when poked: it lets a burst of pokes become one batch. */
  readonly gapMs?: number;
}

/** The pause of a polling loop: short while there is work, longer when idle, ended early by a poke or an abort. */
export class Pacer {
  private delayMs: number;
  private poked = false;
  private wake: (() => void) | undefined;

  constructor(private readonly pace: Pace) {
    this.delayMs = pace.busyMs;
  }

  /** Ends the current pause, or the next one if the loop is at work. */
  poke(): void {
    this.poked = true;
    this.wake?.();
  }

  async pause(foundWork: boolean, signal: AbortSignal): Promise<void> {
    const { busyMs, idleMs, gapMs = 0 } = this.pace;
    if (foundWork) this.delayMs = busyMs;
    if (gapMs > 0 && this.poked) await this.sleep(gapMs, signal, false);
    if (!this.poked) await this.sleep(this.delayMs, signal, true);
    this.delayMs = this.poked ? busyMs : Math.min(idleMs, this.delayMs * 1.2);
    this.poked = false;
  }

  /** A pause that a poke does not end; for retries after an error. */
  async backOff(delayMs: number, signal: AbortSignal): Promise<void> {
    await this.sleep(delayMs, signal, false);
  }

  private sleep(delayMs: number, signal: AbortSignal, wakeable: boolean): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      signal.addEventListener('abort', done, { once: true });
      if (wakeable) this.wake = done;
    });
  }
}
