import type { CustomTypesConfig } from 'pg';
import type { Cause, LoggedEvent, StoredEvent } from '../event';

/** Columns of one event in the order in which rows are decoded. */
export const EVENT_COLUMNS =
  'e.stream_id, e.version, e.event_id, e.type, e.schema_version, e.body, e.meta, e.hash';

export type EventRow = [
  stream: string,
  version: string,
  id: string,
  type: string,
  schemaVersion: string,
  body: string,
  meta: string,
  hash: string,
];
export type LoggedRow = [...event: EventRow, position: string];

/** Leaves every column as the server wrote it: most of a replay's time would go into types that are not used. */
export const asText: CustomTypesConfig = {
  getTypeParser: () => (value: string | Buffer) => value,
};

/** `\x` and hex digits, as Postgres writes bytea. */
export const hexOf = (bytea: string): string => bytea.slice(2);

/** A decoder for consecutive rows; events of one append carry the same cause, which is parsed once and frozen. */
export function eventDecoder(): (row: EventRow) => StoredEvent {
  let metaText = '';
  let meta: Cause | undefined;
  return ([stream, version, id, type, schemaVersion, body, text, hash]) => {
    if (meta === undefined || text !== metaText) {
      meta = Object.freeze(JSON.parse(text) as Cause);
      metaText = text;
    }
    const data = JSON.parse(body) as Record<string, unknown>;
    return {
      stream,
      version: Number(version),
      id,
      type,
      schemaVersion: Number(schemaVersion),
      data,
      meta,
      hash: hexOf(hash),
    };
  };
}

export function loggedEvents(rows: readonly LoggedRow[]): LoggedEvent[] {
  const decode = eventDecoder();
  return rows.map((row) => {
    const [stream, version, id, type, schemaVersion, body, meta, hash, position] = row;
    return {
      ...decode([stream, version, id, type, schemaVersion, body, meta, hash]),
      position: Number(position),
    };
  });
}
