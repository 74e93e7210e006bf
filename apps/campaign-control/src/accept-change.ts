import {
  CHANGE_APPROVED,
  type Change,
  checkShape,
  type Fault,
  parseCloudEvent,
  type Parsed,
} from '@patchtide/contracts';

/** The change in an inbound CloudEvent, or everything that is wrong with the envelope and the change. */
export function changeFromCloudEvent(message: unknown): Parsed<Change> {
  const envelope = parseCloudEvent(message);
  if (!envelope.ok) return envelope;
  const { type, data } = envelope.event;
  if (type !== CHANGE_APPROVED) {
    return {
      ok: false,
      faults: [{ path: '/type', message: `is "${type}"`, remedy: `Send type "${CHANGE_APPROVED}".` }],
    };
  }
  return changeFrom(data, '/data');
}

/** A change in the published shape, or every fault with its place below `prefix`. */
export function changeFrom(value: unknown, prefix = ''): Parsed<Change> {
  const faults = checkShape('change', value).map((fault): Fault => ({
    ...fault,
    path: `${prefix}${fault.path}`,
  }));
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: value as Change };
}
