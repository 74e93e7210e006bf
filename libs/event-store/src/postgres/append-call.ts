import type { QueryConfig } from 'pg';
import { bodyText, metaText } from '../append-rules';
import type { Cause, NewEvent, StreamAppend } from '../event';

/** The one statement of an append. Named, so that each connection parses and plans it once. */
export function appendCall(appends: readonly StreamAppend[], cause: Cause): QueryConfig {
  const meta = metaText(cause);
  const [first] = appends;
  if (first === undefined || appends.length > 1) return manyStreams(appends, meta);
  const [event] = first.events;
  if (event === undefined || first.events.length > 1) return oneStream(first, meta);
  return oneEvent(first, event, meta);
}

function oneEvent({ stream, expectedVersion }: StreamAppend, event: NewEvent, meta: string): QueryConfig {
  const { id, type, schemaVersion } = event;
  return {
    name: 'es-append-event',
    text: 'select es.append_event($1, $2, $3, $4, $5, $6, $7) as repeated',
    values: [stream, expectedVersion, id, type, schemaVersion, bodyText(event), meta],
  };
}

function oneStream({ stream, expectedVersion, events }: StreamAppend, meta: string): QueryConfig {
  return {
    name: 'es-append-to-stream',
    text: 'select es.append_to_stream($1, $2, $3, $4, $5, $6, $7) as repeated',
    values: [stream, expectedVersion, ...columns(events), meta],
  };
}

function manyStreams(appends: readonly StreamAppend[], meta: string): QueryConfig {
  return {
    name: 'es-append-to-streams',
    text: 'select es.append_to_streams($1, $2, $3, $4, $5, $6, $7, $8) as repeated',
    values: [
      appends.map(({ stream }) => stream),
      appends.map(({ expectedVersion }) => expectedVersion),
      appends.map(({ events }) => events.length),
      ...columns(appends.flatMap(({ events }) => events)),
      meta,
    ],
  };
}

function columns(events: readonly NewEvent[]): unknown[][] {
  return [
    events.map(({ id }) => id),
    events.map(({ type }) => type),
    events.map(({ schemaVersion }) => schemaVersion),
    events.map(bodyText),
  ];
}
