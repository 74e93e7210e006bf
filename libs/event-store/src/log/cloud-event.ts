import { subjects } from '@patchtide/contracts';
import { categoryOf } from '../append-rules';
import { canonicalJson } from '../canonical-json';
import type { LoggedEvent } from '../event';
import type { RelayRecord } from './relay-target';

export const EVENT_SOURCE = 'patchtide';

/** The event as a CloudEvents 1.0 object; extension attributes are lower-case letters and digits, as the spec asks. */
export function cloudEvent(event: LoggedEvent): Record<string, unknown> {
  const { correlation, causation, actor, recordedAt } = event.meta;
  return {
    specversion: '1.0',
    id: event.id,
    source: EVENT_SOURCE,
    type: event.type,
    subject: event.stream,
    time: recordedAt,
    datacontenttype: 'application/json',
    data: event.data,
    patchtideposition: event.position,
    patchtideversion: event.version,
    patchtideschema: event.schemaVersion,
    patchtidecorrelation: correlation,
    ...(causation === undefined ? {} : { patchtidecausation: causation }),
    patchtideactor: actor,
    patchtidehash: event.hash,
  };
}

/** The event as the relay publishes it. */
export function relayRecord(event: LoggedEvent): RelayRecord {
  return {
    position: event.position,
    subject: subjects.event(categoryOf(event.stream), event.stream, event.type),
    eventId: event.id,
    body: canonicalJson(cloudEvent(event)),
    headers: {
      'content-type': 'application/cloudevents+json; charset=UTF-8',
      'patchtide-schema': String(event.schemaVersion),
      'patchtide-hash': event.hash,
    },
  };
}
