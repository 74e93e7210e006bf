import type { EventStore, LoggedEvent } from '@patchtide/event-store';

const PAGE = 1000;

export interface FollowerOptions {
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/** Reads the global log from the start and then as it grows; wakes whoever waits for more. */
export class LogFollower {
  private at = 0;
  private head = -1;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly store: EventStore,
    private readonly apply: (event: LoggedEvent) => Promise<void>,
    private readonly options: FollowerOptions,
  ) {}

  get position(): number {
    return this.at;
  }

  /** False until everything that was stored at the start has been read. */
  get isCaughtUp(): boolean {
    return this.head >= 0 && this.at >= this.head;
  }

  /** Works until aborted; errors are reported and the read is repeated. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const read = await this.step().catch((error: unknown) => {
        this.options.onError(error);
        return 0;
      });
      if (read < PAGE) await pause(this.options.pollMs, signal);
    }
  }

  /** Resolves when there is something after the given position, after `timeoutMs` at the latest, or when aborted. */
  async after(position: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.at > position || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done, { once: true });
      this.waiting.add(done);
    });
  }

  private async step(): Promise<number> {
    if (this.head < 0) this.head = await this.store.headPosition();
    const events = await this.store.readAll(this.at, PAGE);
    for (const event of events) {
      await this.apply(event);
      this.at = event.position;
    }
    if (events.length > 0) for (const wake of [...this.waiting]) wake();
    return events.length;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
