/** Node fires longer timers at once. */
const MAX_TIMER_MS = 2_147_483_647;

export type Cancel = () => void;

/** Host time and waiting, so that specs can run hours of a host's life in no time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `run` once after `delayMs`, never before this call has returned. */
  after(delayMs: number, run: () => void): Cancel;
}

/** Real time, until it is stopped: then nothing that was waited for happens any more. */
export class SystemClock implements Clock {
  private readonly pending = new Set<Cancel>();
  private isStopped = false;

  now(): number {
    return Date.now();
  }

  after(delayMs: number, run: () => void): Cancel {
    if (this.isStopped) return () => undefined;
    const fire = () => {
      this.pending.delete(cancel);
      run();
    };
    const stop = delayMs <= 0 ? soon(fire) : later(fire, delayMs);
    const cancel = () => {
      this.pending.delete(cancel);
      stop();
    };
    this.pending.add(cancel);
    return cancel;
  }

  stop(): void {
    this.isStopped = true;
    for (const cancel of this.pending) cancel();
  }
}

function soon(run: () => void): Cancel {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}

function later(run: () => void, delayMs: number): Cancel {
  const timer = setTimeout(run, Math.min(delayMs, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}
