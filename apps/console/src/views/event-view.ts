import type { StoredEvent } from '@patchtide/event-store';
import type { EventShape } from '../shapes/history';

/** A stored event as the API shows it: what happened, who caused it, and its place in the chain. */
export function eventView(event: StoredEvent): EventShape {
  const { id, stream, version, type, schemaVersion, data, meta, hash } = event;
  return {
    id,
    stream,
    version,
    type,
    schemaVersion,
    at: meta.recordedAt,
    actor: meta.actor,
    data,
    meta,
    hash,
  };
}
