import { CheckpointMoved } from '../errors';
import type { LoggedEvent } from '../event';
import type { EventStore } from '../event-store';
import { Pacer } from '../log/pacer';
import { advanceCheckpoint, readCheckpoint, resetCheckpoint } from './checkpoint';
import type { InTransaction, Tx } from './tx';

/** A read model. Both functions write through the given transaction and nowhere else, or effects are not once only. */
export interface Projection<T extends Tx> {
  /** Names the checkpoint; keep it when the code moves. */
  readonly name: string;
  /** Called for every event of the log, in order; ignore the ones that do not matter. */
  apply(tx: T, event: LoggedEvent): Promise<void>;
  /** Empties the read model. */
  reset(tx: T): Promise<void>;
}

export interface FailedEvent {
  readonly event: LoggedEvent;
  readonly error: unknown;
  /** How many times this event failed on its own, from 1. */
  readonly tries: number;
}

export interface ProjectorOptions<T extends Tx> {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly projection: Projection<T>;
  readonly inTransaction: InTransaction<T>;
  /** Most events per transaction, default 200. */
  readonly batchSize?: number;
  readonly busyPollMs?: number;
  readonly idlePollMs?: number;
  /** How often an idle projector looks whether it was reset, default 1,000. */
  readonly checkMs?: number;
  /** First pause after an error; doubles up to 5 s. Default 100. */
  readonly retryMs?: number;
  readonly onAdvanced?: (position: number) => void;
  /**
   * Asked when an event fails: `skip` moves the checkpoint past it, for good, after the caller has recorded the reason;
   * `retry` tries again later, which holds the read model back but leaves no hole in it. Default: retry.
   */
  readonly onFailedEvent?: (failed: FailedEvent) => Promise<'retry' | 'skip'>;
  /** Hears of every other error that is retried. */
  readonly onError?: (error: unknown) => void;
}

const MAX_RETRY_MS = 5_000;

/** The event at which a batch stopped; everything of that batch was rolled back. */
interface Stop {
  readonly index: number;
  readonly event: LoggedEvent;
  readonly error: unknown;
}

/**
 * Feeds a projection from Postgres by position; effects and checkpoint are one transaction. Positions are dense, so
 * nothing can be missed. Several instances of one projection are safe: one advances, the others notice.
 */
export class Projector<T extends Tx> {
  private readonly pacer: Pacer;
  private checkpoint: number | undefined;
  private nextBatch: number | undefined;
  private loadedAt = 0;
  private failing = { position: 0, tries: 0 };

  constructor(private readonly options: ProjectorOptions<T>) {
    this.pacer = new Pacer({ busyMs: options.busyPollMs ?? 10, idleMs: options.idlePollMs ?? 100 });
  }

  /** The last committed position as this instance knows it; undefined before its first look and after an error. */
  get position(): number | undefined {
    return this.checkpoint;
  }

  poke(): void {
    this.pacer.poke();
  }

  /** Works until aborted. Errors are reported and retried for ever. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const advanced = await this.step();
        failures = 0;
        await this.pacer.pause(advanced, signal);
      } catch (error) {
        this.checkpoint = undefined;
        if (!(error instanceof CheckpointMoved)) this.options.onError?.(error);
        failures += 1;
        await this.pacer.backOff(this.retryDelay(failures), signal);
      }
    }
  }

  /** Applies one batch; false when there was nothing to do. */
  private async step(): Promise<boolean> {
    const size = this.nextBatch ?? this.options.batchSize ?? 200;
    this.nextBatch = undefined;
    const from = (this.checkpoint ??= await this.load());
    const events = await this.options.store.readAll(from, size);
    if (events.length === 0) return this.wasReset(from);
    const stop = await this.applyBatch(from, events);
    if (stop === undefined) this.advanced(from + events.length);
    else if (stop.index === 0) await this.judge(from, stop);
    else {
      // The good ones before it are committed first, so that the next batch begins with the culprit.
      this.nextBatch = stop.index;
      this.options.onError?.(stop.error);
    }
    if (stop !== undefined || events.length === size) this.pacer.poke();
    return true;
  }

  /** A rebuild by another process does not show in the log, so an idle projector looks at its checkpoint now and then. */
  private async wasReset(from: number): Promise<boolean> {
    if (performance.now() - this.loadedAt < (this.options.checkMs ?? 1_000)) return false;
    this.checkpoint = await this.load();
    return this.checkpoint !== from;
  }

  private async applyBatch(from: number, events: readonly LoggedEvent[]): Promise<Stop | undefined> {
    const { projection, inTransaction } = this.options;
    let stop: Stop | undefined;
    const work = async (tx: T): Promise<void> => {
      await advanceCheckpoint(tx, projection.name, from, from + events.length);
      for (const [index, event] of events.entries()) {
        await projection.apply(tx, event).catch((error: unknown) => {
          stop = { index, event, error };
          throw error;
        });
      }
    };
    await inTransaction(work).catch((error: unknown) => {
      if (stop === undefined) throw error;
    });
    return stop;
  }

  private async judge(from: number, { event, error }: Stop): Promise<void> {
    const { projection, inTransaction, onFailedEvent } = this.options;
    const tries = this.failing.position === event.position ? this.failing.tries + 1 : 1;
    this.failing = { position: event.position, tries };
    const verdict = await onFailedEvent?.({ event, error, tries });
    if (verdict !== 'skip') throw error;
    await inTransaction((tx) => advanceCheckpoint(tx, projection.name, from, from + 1));
    this.advanced(from + 1);
  }

  private async load(): Promise<number> {
    let position = 0;
    this.loadedAt = performance.now();
    await this.options.inTransaction(async (tx) => {
      position = await readCheckpoint(tx, this.options.projection.name);
    });
    return position;
  }

  private advanced(position: number): void {
    this.checkpoint = position;
    this.options.onAdvanced?.(position);
  }

  private retryDelay(failures: number): number {
    return Math.min(MAX_RETRY_MS, (this.options.retryMs ?? 100) * 2 ** (failures - 1));
  }
}

/**
 * Empties a read model and sets its checkpoint to 0 in one transaction; running projectors notice and start over. The
 * read model is incomplete until they have caught up.
 */
export async function rebuildProjection<T extends Tx>(
  projection: Projection<T>,
  inTransaction: InTransaction<T>,
): Promise<void> {
  await inTransaction(async (tx) => {
    await resetCheckpoint(tx, projection.name);
    await projection.reset(tx);
  });
}
