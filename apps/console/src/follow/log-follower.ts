import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, LoggedEvent } from '@patchtide/event-store';

const PAGE = 1_000;
/** The pause after an error doubles up to this. */
const MAX_RETRY_MS = 2_000;

export interface FollowerOptions {
  readonly pollMs: number;
  /** Hears of every error; the read is repeated after a pause. */
  readonly onError: (error: unknown) => void;
}

/** Reads the global log from the start and then as it grows; wakes whoever waits for more. */
export class LogFollower {
  private at = 0;
  private head = -1;
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly store: Pick<EventStore, 'readAll' | 'headPosition'>,
    private readonly apply: (event: LoggedEvent) => Promise<void>,
    private readonly options: FollowerOptions,
  ) {}

  /** Position of the last event that was applied; 0 before the first. */
  get position(): number {
    return this.at;
  }

  /** False until everything that was stored at the start has been read. */
  get isCaughtUp(): boolean {
    return this.head >= 0 && this.at >= this.head;
  }

  /** Works until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { pollMs, onError } = this.options;
    let retryMs = pollMs;
    while (!signal.aborted) {
      try {
        const read = await this.step();
        retryMs = pollMs;
        if (read < PAGE) await pause(pollMs, signal);
      } catch (error) {
        onError(error);
        retryMs = Math.min(MAX_RETRY_MS, retryMs * 2);
        await pause(retryMs, signal);
      }
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

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
