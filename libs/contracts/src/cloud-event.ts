import type { Fault } from './fault';

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
  if (typeof value !== 'object' || value === null) {
    return {
      ok: false,
      faults: [fault('', 'is not a CloudEvent', 'Send one JSON object in structured mode.')],
    };
  }
  const event = value as Record<string, unknown>;
  const faults: Fault[] = [];
  if (event['specversion'] !== '1.0')
    faults.push(fault('/specversion', 'is not "1.0"', 'Send specversion "1.0".'));
  for (const name of ['id', 'source', 'type']) {
    const text = event[name];
    if (typeof text !== 'string' || text === '' || text.length > 1000) {
      faults.push(fault(`/${name}`, 'is missing or not a text of 1 to 1,000 characters', `Send ${name}.`));
    }
  }
  if (event['data'] === undefined) faults.push(fault('/data', 'is missing', 'Send the payload as data.'));
  return faults.length === 0 ? { ok: true, event: value as CloudEvent } : { ok: false, faults };
}

function fault(path: string, message: string, remedy: string): Fault {
  return { path, message, remedy };
}
