import { randomUUID } from 'node:crypto';
import { EVENT_VERSION, type IncidentEvent, parseEvent, streamOf } from '@patchtide/contracts';
import { Rejected } from '@patchtide/domain';
import { type EventStore, VersionConflict } from '@patchtide/event-store';
import type { Incident } from './incident.entity';

export interface Handling {
  readonly by: string;
  readonly note: string;
  readonly at: string;
}

/** Somebody has seen the incident. Says nothing when it is resolved already. */
export function acknowledge(incident: Incident, { by, note, at }: Handling): IncidentEvent | null {
  if (incident.status === 'resolved' || incident.acknowledgedBy === by) return null;
  return { type: 'IncidentAcknowledged', data: { incident: incident.id, by, note, at } };
}

/** @throws Rejected while the incident's job waits for an answer: the job is resolved, not the words about it */
export function close(incident: Incident, { by, note, at }: Handling): IncidentEvent | null {
  if (incident.status === 'resolved') return null;
  if (incident.kind === 'job' || incident.kind === 'needs-hands') {
    const next = `Answer at /v1/campaigns/${incident.campaign}/jobs/${incident.job ?? ''} with one of: ${incident.answers.join(', ')}.`;
    throw new Rejected(
      'job-waits',
      `${incident.name} still waits for somebody and is resolved by answering it`,
      next,
    );
  }
  return { type: 'IncidentClosed', data: { incident: incident.id, by, note, at } };
}

const TRIES = 5;

/** Appends to the incident's own stream; two people at once both succeed, one after the other. */
export async function appendIncident(store: EventStore, event: IncidentEvent, actor: string): Promise<void> {
  const checked = parseEvent('incident', event.type, event.data);
  if (!checked.ok) throw new Error(`${event.type} is not a valid event: ${JSON.stringify(checked.faults)}`);
  const stream = streamOf.incident(event.data.incident);
  const events = [{ id: randomUUID(), type: event.type, schemaVersion: EVENT_VERSION, data: event.data }];
  const cause = { correlation: event.data.incident, actor, recordedAt: event.data.at };
  for (let attempt = 1; ; attempt++) {
    const expectedVersion = (await store.read(stream)).length;
    try {
      await store.append([{ stream, expectedVersion, events }], cause);
      return;
    } catch (error) {
      if (!(error instanceof VersionConflict) || attempt === TRIES) throw error;
    }
  }
}
