import { canonicalJson } from './canonical-json';
import { InvalidAppend } from './errors';
import type { Cause, NewEvent, StreamAppend } from './event';

// Stream and type become tokens of a NATS subject, where dots and wildcards have a meaning.
const STREAM = /^[a-z][a-z0-9]*-[A-Za-z0-9_-]{1,200}$/;
const TYPE = /^[A-Za-z][A-Za-z0-9_-]{0,99}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
const MAX_SCHEMA_VERSION = 32_767;

/** The part of a stream's name before the first dash. */
export function categoryOf(stream: string): string {
  return stream.slice(0, stream.indexOf('-'));
}

/** The canonical text of a cause: exactly its four fields. */
export function metaText({ actor, causation, correlation, recordedAt }: Cause): string {
  return canonicalJson({ actor, correlation, recordedAt, ...(causation === undefined ? {} : { causation }) });
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

function checkCause({ correlation, causation, actor, recordedAt }: Cause, faults: string[]): void {
  if (correlation === '') faults.push('the correlation is empty');
  if (actor === '') faults.push('the actor is empty');
  if (causation === '') faults.push('the causation is empty');
  if (!UTC.test(recordedAt) || Number.isNaN(Date.parse(recordedAt))) {
    faults.push(`recordedAt ${JSON.stringify(recordedAt)} is not an ISO 8601 time in UTC`);
  }
}
