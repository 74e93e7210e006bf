import type { Bus } from './bus';
import { reasonOf } from './errors';
import { type StreamSpec, topology } from './topology';

export interface RelayRecord {
  /** Global position: the sequence that the message must get. */
  readonly position: number;
  readonly subject: string;
  readonly eventId: string;
  /** CloudEvent as canonical JSON text. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Where the relay of the event store publishes to. */
export interface RelayTarget {
  /** The last position in the stream, 0 when it is empty. Makes the stream when it is missing. */
  lastSequence(): Promise<number>;
  /**
   * Stores the records, whose positions must follow each other and the stream's end. When it rejects, some of them may
   * be stored: read `lastSequence` again and go on from there.
   */
  publish(records: readonly RelayRecord[]): Promise<void>;
  /** Deletes the stream and makes it anew: the repair when its end is beyond the last position. */
  recreate(): Promise<void>;
}

/** The stream did not take a record at its position. The cause says why; the stream's end has to be read again. */
export class RelayInterrupted extends Error {
  override readonly name = 'RelayInterrupted';
}

const DEFAULT_IN_FLIGHT = 256;

/**
 * A relay target over one stream, by default the events'. Every record is sent with the expected last sequence, so
 * that the server itself keeps the order and refuses gaps, with up to `inFlight` records on their way at once.
 */
export function relayTarget(
  bus: Bus,
  options: { readonly stream?: StreamSpec; readonly inFlight?: number; readonly timeoutMs?: number } = {},
): RelayTarget {
  const stream = options.stream ?? eventStream();
  const { inFlight = DEFAULT_IN_FLIGHT, timeoutMs = 5_000 } = options;

  const send = async (record: RelayRecord): Promise<void> => {
    const { position, subject, eventId, body, headers } = record;
    const sending = { msgId: eventId, expectLastSequence: position - 1, ...(headers ? { headers } : {}) };
    const { sequence } = await bus.publish(subject, body, sending, timeoutMs);
    // A duplicate is confirmed with the sequence it has: fine when that is its position, a diverged stream otherwise.
    if (sequence !== position)
      throw new Error(`event ${eventId} is at ${sequence} in ${stream.name}, not at ${position}`);
  };
  return {
    lastSequence: async () => {
      const state = await bus.streamState(stream.name);
      if (state !== undefined) return state.lastSequence;
      await bus.ensureStream(stream);
      return (await bus.streamState(stream.name))?.lastSequence ?? 0;
    },
    publish: (records) => pipeline(records, inFlight, send),
    recreate: async () => {
      await bus.deleteStream(stream.name);
      await bus.ensureStream(stream);
    },
  };
}

/** Keeps up to `width` on their way, in order. After the first failure nothing more is sent and the rest is awaited. */
async function pipeline(
  records: readonly RelayRecord[],
  width: number,
  send: (record: RelayRecord) => Promise<void>,
): Promise<void> {
  const underway = new Set<Promise<void>>();
  const failures: { error: unknown; position: number }[] = [];
  for (const record of records) {
    if (underway.size >= width) await Promise.race(underway);
    if (failures.length > 0) break;
    const sent: Promise<void> = send(record)
      .catch((error: unknown) => void failures.push({ error, position: record.position }))
      .finally(() => underway.delete(sent));
    underway.add(sent);
  }
  await Promise.all(underway);
  const [first] = failures;
  if (first === undefined) return;
  const { error, position } = first;
  throw new RelayInterrupted(`position ${position} was not stored: ${reasonOf(error)}`, { cause: error });
}

function eventStream(): StreamSpec {
  const [events] = topology();
  if (events === undefined) throw new Error('the topology has no event stream');
  return events;
}
