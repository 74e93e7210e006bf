import { TargetAhead } from '../errors';
import type { EventStore } from '../event-store';
import { relayRecord } from './cloud-event';
import { Pacer } from './pacer';
import type { RelayTarget } from './relay-target';

export interface RelayOptions {
  /** Events per publish, default 256. */
  readonly batchSize?: number;
  readonly busyPollMs?: number;
  readonly idlePollMs?: number;
  /** How often an idle relay asks the carrier whether it still holds everything, default 1,000. */
  readonly checkMs?: number;
  /** First pause after an error; doubles up to 5 s. Default 100. */
  readonly retryMs?: number;
  /** False while another instance leads: two relays are safe, since the carrier checks sequences, but wasteful. */
  readonly leading?: () => boolean;
  readonly onPublished?: (position: number) => void;
  /** Hears of every error that is retried. */
  readonly onError?: (error: unknown) => void;
}

const MAX_RETRY_MS = 5_000;

/**
 * Publishes the global log to a carrier, in order, position p as sequence p. It stores nothing of its own: what the
 * carrier holds says where to go on, so a wiped carrier is refilled and a refused publish is simply asked again.
 */
export class Relay {
  private readonly pacer: Pacer;
  private last: number | undefined;
  private askedAt = 0;

  constructor(
    private readonly store: Pick<EventStore, 'readAll' | 'headPosition'>,
    private readonly target: RelayTarget,
    private readonly options: RelayOptions = {},
  ) {
    this.pacer = new Pacer({ busyMs: options.busyPollMs ?? 10, idleMs: options.idlePollMs ?? 100 });
  }

  /** The carrier's last known sequence; undefined before the first answer and after an error. */
  get position(): number | undefined {
    return this.last;
  }

  poke(): void {
    this.pacer.poke();
  }

  /**
   * Works until aborted. Rejects with `TargetAhead`, for good, when the carrier holds more than the log; every other
   * error is reported and retried.
   */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const published = await this.step(signal);
        failures = 0;
        await this.pacer.pause(published, signal);
      } catch (error) {
        if (error instanceof TargetAhead) throw error;
        this.options.onError?.(error);
        this.last = undefined;
        failures += 1;
        await this.pacer.backOff(this.retryDelay(failures), signal);
      }
    }
  }

  /** Publishes what there is; true if that was anything. */
  private async step(signal: AbortSignal): Promise<boolean> {
    if (this.options.leading?.() === false) {
      this.last = undefined;
      return false;
    }
    let last = await this.lastSequence();
    const start = last;
    for (;;) {
      const events = await this.store.readAll(last, this.batchSize);
      if (events.length > 0) await this.target.publish(events.map(relayRecord));
      last += events.length;
      this.last = last;
      if (events.length > 0) this.options.onPublished?.(last);
      if (events.length < this.batchSize || signal.aborted) return last > start;
    }
  }

  // The carrier is asked before the head: the head only grows, so an honest carrier can never seem to be ahead.
  private async lastSequence(): Promise<number> {
    const now = performance.now();
    if (this.last !== undefined && now - this.askedAt < (this.options.checkMs ?? 1_000)) return this.last;
    const last = await this.target.lastSequence();
    const head = await this.store.headPosition();
    if (last > head) throw new TargetAhead(last, head);
    this.askedAt = now;
    return last;
  }

  private get batchSize(): number {
    return this.options.batchSize ?? 256;
  }

  private retryDelay(failures: number): number {
    return Math.min(MAX_RETRY_MS, (this.options.retryMs ?? 100) * 2 ** (failures - 1));
  }
}
