import { createHash } from 'node:crypto';
import { type ConditionEvent, EVENT_VERSION, streamOf } from '@patchtide/contracts';
import { type EventStore, VersionConflict } from '@patchtide/event-store';
import type { ConditionWord } from './published-condition';

export interface ConditionLogOptions {
  readonly now: () => Date;
  /** Called after something was stored. */
  readonly onAppended: () => void;
}

/**
 * What was ever published about each condition of the business: one stream for each, outside all campaigns, so that what
 * was said before a campaign existed counts for it, too, and nothing is lost with the bus.
 */
export class ConditionLog {
  constructor(
    private readonly store: EventStore,
    private readonly options: ConditionLogOptions,
  ) {}

  /** Stores a word once: an event that comes again is found by its source and id, and changes nothing. */
  async record(word: ConditionWord): Promise<void> {
    const stream = streamOf.condition(word.name);
    const id = eventIdOf(word);
    const past = await this.store.read(stream);
    if (past.some((stored) => stored.id === id)) return;
    const recordedAt = this.options.now().toISOString();
    const { type, data } = reported(word, recordedAt);
    const events = [{ id, type, schemaVersion: EVENT_VERSION, data }];
    const cause = { correlation: word.campaign ?? stream, actor: word.by, recordedAt };
    try {
      await this.store.append([{ stream, expectedVersion: past.length, events }], cause);
    } catch (error) {
      // Another instance was faster, perhaps with this very word: look again.
      if (error instanceof VersionConflict) return this.record(word);
      throw error;
    }
    this.options.onAppended();
  }
}

function reported({ name, ...word }: ConditionWord, at: string): ConditionEvent {
  return { type: 'ConditionReported', data: { condition: name, ...word, at } };
}

/** The same event of the same source always has the same id here. */
function eventIdOf({ source, eventId }: ConditionWord): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([source, eventId]))
    .digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
}
