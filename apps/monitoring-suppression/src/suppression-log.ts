import { EVENT_VERSION, type SuppressionEvent, parseEvent, streamOf } from '@patchtide/contracts';
import { EventIdReused, type EventStore, VersionConflict } from '@patchtide/event-store';
import { type Recorded, type SuppressionState, emptyState, evolveAll } from './suppression-state';

export interface Entry {
  readonly id: string;
  readonly event: SuppressionEvent;
}

/** Looks at the state and says what to append; nothing when it is recorded already. */
export type Decide = (state: SuppressionState) => readonly Entry[];

export interface LogOptions {
  readonly actor: string;
  readonly now: () => Date;
}

interface Waiting {
  readonly decide: Decide;
  readonly resolve: (state: SuppressionState) => void;
  readonly reject: (error: unknown) => void;
}

const PAGE = 1_000;
const MAX_CONFLICTS = 20;
const MAX_BATCH = 200;

/**
 * One campaign's suppression stream. Decisions that wait together are appended together; another instance's events
 * are read when they get in the way, or on `refresh`.
 */
export class SuppressionLog {
  private present = emptyState;
  private readonly waiting: Waiting[] = [];
  private turn: Promise<void> = Promise.resolve();
  private nextRead: Promise<SuppressionState> | undefined;

  constructor(
    private readonly store: EventStore,
    private readonly campaign: string,
    private readonly options: LogOptions,
  ) {}

  /** The state as this instance last saw it. */
  get state(): SuppressionState {
    return this.present;
  }

  /** The state with everything that any instance has appended by now. Callers that wait together share one read. */
  refresh(): Promise<SuppressionState> {
    this.nextRead ??= this.inTurn(async () => {
      this.nextRead = undefined;
      await this.readOn();
      return this.present;
    });
    return this.nextRead;
  }

  /** Resolves when what `decide` wants is in the stream. Events that are recorded under their id are not repeated. */
  record(decide: Decide): Promise<SuppressionState> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ decide, resolve, reject });
      void this.inTurn(() => this.appendWaiting());
    });
  }

  private async appendWaiting(): Promise<void> {
    const batch = this.waiting.splice(0, MAX_BATCH);
    if (batch.length === 0) return;
    try {
      await this.appendAll(batch);
      for (const { resolve } of batch) resolve(this.present);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  private async appendAll(batch: readonly Waiting[]): Promise<void> {
    for (let conflicts = 0; ; conflicts += 1) {
      const entries = this.decide(batch);
      if (entries.length === 0) return;
      try {
        return await this.append(entries);
      } catch (error) {
        const isRace = error instanceof VersionConflict || error instanceof EventIdReused;
        if (!isRace || conflicts >= MAX_CONFLICTS) throw error;
        await this.readOn();
      }
    }
  }

  private decide(batch: readonly Waiting[]): Entry[] {
    const fresh = new Map<string, Entry>();
    for (const { decide } of batch) {
      for (const entry of decide(this.present))
        if (!this.present.recorded.has(entry.id)) fresh.set(entry.id, entry);
    }
    return [...fresh.values()];
  }

  private async append(entries: readonly Entry[]): Promise<void> {
    const events = entries.map(({ id, event }) => {
      // What we are about to make history of must be what the contract says, before it is too late.
      const checked = parseEvent('suppression', event.type, event.data);
      if (!checked.ok)
        throw new Error(`${event.type} is not a valid event: ${JSON.stringify(checked.faults)}`);
      return { id, type: event.type, schemaVersion: EVENT_VERSION, data: event.data };
    });
    const stream = streamOf.suppression(this.campaign);
    const expectedVersion = this.present.version;
    const { actor, now } = this.options;
    const cause = { correlation: this.campaign, actor, recordedAt: now().toISOString() };
    await this.store.append([{ stream, expectedVersion, events }], cause);
    const recorded = entries.map((entry, index) => ({ ...entry, version: expectedVersion + index + 1 }));
    this.present = evolveAll(this.present, recorded);
  }

  private async readOn(): Promise<void> {
    for (;;) {
      const page = await this.store.read(streamOf.suppression(this.campaign), this.present.version + 1, PAGE);
      const events = page.map(({ id, version, type, data }): Recorded => {
        return { id, version, event: { type, data } as unknown as SuppressionEvent };
      });
      this.present = evolveAll(this.present, events);
      if (page.length < PAGE) return;
    }
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}
