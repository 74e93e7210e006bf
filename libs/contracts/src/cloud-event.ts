import type { Fault } from './fault';
import { isInstant } from './instant';

/** A CloudEvents 1.0 envelope in structured JSON mode. Extension attributes are lower-case letters and digits. */
export interface CloudEvent<T = unknown> {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time?: string;
  readonly subject?: string;
  readonly datacontenttype?: string;
  readonly data: T;
  readonly [extension: string]: unknown;
}

/** Checks the envelope of an inbound message, not its data. */
export function parseCloudEvent(
  value: unknown,
): { ok: true; event: CloudEvent } | { ok: false; faults: Fault[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const remedy = 'Send one JSON object in structured mode.';
    return { ok: false, faults: [fault('', 'is not a CloudEvent', remedy)] };
  }
  const event = value as Record<string, unknown>;
  const faults = [...requiredAttributes(event), ...optionalAttributes(event)];
  return faults.length === 0 ? { ok: true, event: value as CloudEvent } : { ok: false, faults };
}

function requiredAttributes(event: Record<string, unknown>): Fault[] {
  const faults: Fault[] = [];
  if (event['specversion'] !== '1.0') {
    faults.push(fault('/specversion', 'is not "1.0"', 'Send specversion "1.0".'));
  }
  for (const name of ['id', 'source', 'type']) {
    const text = event[name];
    if (typeof text !== 'string' || text === '' || text.length > 1000) {
      faults.push(fault(`/${name}`, 'is missing or not a text of 1 to 1,000 characters', `Send ${name}.`));
    }
  }
  if (event['data'] === undefined) faults.push(fault('/data', 'is missing', 'Send the payload as data.'));
  return faults;
}

const JSON_TYPE = /^[\w.+-]+\/(?:[\w.+-]+\+)?json\s*(?:;.*)?$/i;

function optionalAttributes({ time, subject, datacontenttype: type }: Record<string, unknown>): Fault[] {
  const faults: Fault[] = [];
  if (time !== undefined && !isInstant(time)) {
    faults.push(fault('/time', 'is not a moment', 'Write it like 2026-11-29T22:00:00Z.'));
  }
  if (subject !== undefined && typeof subject !== 'string') {
    faults.push(fault('/subject', 'is not a text', 'Send a text, or leave it out.'));
  }
  if (type !== undefined && !(typeof type === 'string' && JSON_TYPE.test(type))) {
    faults.push(fault('/datacontenttype', 'is not JSON', 'Send the data as application/json.'));
  }
  return faults;
}

function fault(path: string, message: string, remedy: string): Fault {
  return { path, message, remedy };
}
