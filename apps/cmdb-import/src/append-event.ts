import { randomUUID } from 'node:crypto';
import { EVENT_VERSION, type LandscapeEvent, parseEvent } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';

export interface LandscapeAppend {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly event: LandscapeEvent;
  readonly correlation: string;
  /** Default: the service itself. */
  readonly actor?: string;
}

/** Appends one event of this service. @throws VersionConflict when another instance was faster */
export async function appendEvent(store: EventStore, append: LandscapeAppend): Promise<void> {
  const { stream, expectedVersion, event, correlation, actor = 'cmdb-import' } = append;
  const checked = parseEvent('landscape', event.type, event.data);
  if (!checked.ok) throw new Error(`${event.type} is not a valid event: ${JSON.stringify(checked.faults)}`);
  const cause = { correlation, actor, recordedAt: event.data.at };
  const appended = { id: randomUUID(), type: event.type, schemaVersion: EVENT_VERSION, data: event.data };
  await store.append([{ stream, expectedVersion, events: [appended] }], cause);
}
