import { canonicalJson } from './canonical-json';
import { InvalidAppend } from './errors';
import type { Cause, NewEvent, StreamAppend } from './event';

// Stream and type become tokens of a NATS subject, where dots and wildcards have a meaning.
const STREAM = /^[a-z][a-z0-9]*-[A-Za-z0-9_-]{1,200}$/;
const TYPE = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const MAX_SCHEMA_VERSION = 32_767;
const MAX_EVENTS = 10_000;
const MAX_NAME = 1_000;
// Carriers refuse larger messages (NATS: 1 MiB with the envelope), and a refused event would hold up all behind it.
const MAX_BODY_BYTES = 512 * 1024;

/** The part of a stream's name before the first dash. */
export function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf('-'));
}

/** The canonical text of a cause: exactly its four fields. */
export function metaText({ actor, causation, correlation, recordedAt }: Cause): string {
  return canonicalJson({ actor, correlation, recordedAt, ...(causation === undefined ? {} : { causation }) });
}

/** The canonical text of an event's data; throws `InvalidAppend` above 512 KiB and `NotCanonical` for bad data. */
export function bodyText({ type, data }: NewEvent): string {
  const body = canonicalJson(data);
  const bytes = Buffer.byteLength(body);
  if (bytes > MAX_BODY_BYTES) {
    throw new InvalidAppend([
      `the data of ${type} has ${bytes} bytes, more than ${MAX_BODY_BYTES}: store it as a document and carry its digest`,
    ]);
  }
  return body;
}

/** Throws `InvalidAppend` with every fault of an append at once. */
export function checkAppend(appends: readonly StreamAppend[], cause: Cause): void {
  const faults: string[] = [];
  if (appends.length === 0) faults.push('there is no stream to append to');
  if (new Set(appends.map(({ stream }) => stream)).size < appends.length) {
    faults.push('a stream is named twice in one append');
  }
  for (const append of appends) checkStream(append, faults);
  checkCause(cause, faults);
  const ids = appends.flatMap(({ events }) => events.map(({ id }) => id));
  if (ids.length > MAX_EVENTS) faults.push(`${ids.length} events are more than ${MAX_EVENTS} in one append`);
  if (new Set(ids).size < ids.length) faults.push('an event id is used twice in one append');
  if (faults.length > 0) throw new InvalidAppend(faults);
}

function checkStream({ stream, expectedVersion, events }: StreamAppend, faults: string[]): void {
  if (!STREAM.test(stream)) {
    faults.push(`stream ${JSON.stringify(stream)} is not <category>-<id> of letters, digits, _ and -`);
  }
  if (!Number.isSafeInteger(expectedVersion) || expectedVersion < 0) {
    faults.push(`the expected version ${expectedVersion} of ${stream} is not a whole number from 0`);
  }
  if (events.length === 0) faults.push(`there are no events for ${stream}`);
  for (const event of events) checkEvent(event, faults);
}

function checkEvent({ id, type, schemaVersion, data }: NewEvent, faults: string[]): void {
  if (!UUID.test(id)) faults.push(`event id ${JSON.stringify(id)} is not a lower-case UUID`);
  if (!TYPE.test(type))
    faults.push(`event type ${JSON.stringify(type)} is not a word of letters, digits, _ and -`);
  if (!Number.isInteger(schemaVersion) || schemaVersion < 1 || schemaVersion > MAX_SCHEMA_VERSION) {
    faults.push(
      `the schema version ${schemaVersion} of ${type} is not a whole number from 1 to ${MAX_SCHEMA_VERSION}`,
    );
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    faults.push(`the data of ${type} is not an object`);
}

function checkCause({ recordedAt, ...names }: Cause, faults: string[]): void {
  for (const [name, text] of Object.entries(names)) {
    if (text === '' || text.length > MAX_NAME) faults.push(`the ${name} has not 1 to ${MAX_NAME} characters`);
  }
  if (!UTC.test(recordedAt) || Number.isNaN(Date.parse(recordedAt))) {
    faults.push(`recordedAt ${JSON.stringify(recordedAt)} is not an ISO 8601 time in UTC`);
  }
}
