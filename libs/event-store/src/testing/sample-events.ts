import { randomUUID } from 'node:crypto';
import type { Cause, NewEvent, StreamAppend } from '../event';

export const cause: Cause = {
  correlation: 'CHG0031337',
  causation: 'command-1',
  actor: 'm.weber',
  recordedAt: '2026-11-29T21:00:00.000Z',
};

/** A job event with an id of its own. */
export function sampleEvent(data: object = { job: 'stop-crm-db' }, type = 'JobDispatched'): NewEvent {
  return { id: randomUUID(), type, schemaVersion: 1, data };
}

export function sampleEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => sampleEvent({ index }));
}

export function appendTo(stream: string, expectedVersion: number, events: readonly NewEvent[]): StreamAppend {
  return { stream, expectedVersion, events };
}

/** A stream name that no other test uses. */
export function freshStream(category = 'campaign'): string {
  return `${category}-${randomUUID()}`;
}
