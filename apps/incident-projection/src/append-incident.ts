import { randomUUID } from 'node:crypto';
import { EVENT_VERSION, type IncidentEvent, parseEvent, streamOf } from '@patchtide/contracts';
import { type EventStore, VersionConflict } from '@patchtide/event-store';

const TRIES = 5;

/** Appends to the incident's own stream; two people at once both succeed, one after the other. */
export async function appendIncident(store: EventStore, event: IncidentEvent, actor: string): Promise<void> {
  const stream = streamOf.incident(event.data.incident);
  for (let attempt = 1; ; attempt++) {
    const expectedVersion = (await store.read(stream)).length;
    try {
      return await append(store, event, { expectedVersion, actor });
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}

/** Begins the stream of an incident; does nothing when it has begun already. */
export async function reportIncident(store: EventStore, event: IncidentEvent, actor: string): Promise<void> {
  try {
    await append(store, event, { expectedVersion: 0, actor });
  } catch (error) {
    if (!(error instanceof VersionConflict)) throw error;
  }
}

async function append(
  store: EventStore,
  { type, data }: IncidentEvent,
  { expectedVersion, actor }: { readonly expectedVersion: number; readonly actor: string },
): Promise<void> {
  const checked = parseEvent('incident', type, data);
  if (!checked.ok) throw new Error(`${type} is not a valid event: ${JSON.stringify(checked.faults)}`);
  const events = [{ id: randomUUID(), type, schemaVersion: EVENT_VERSION, data }];
  const cause = { correlation: data.incident, actor, recordedAt: data.at };
  await store.append([{ stream: streamOf.incident(data.incident), expectedVersion, events }], cause);
}
