/** Everything this library throws is one of these classes, so that callers can tell what a retry would change. */

/** Nobody listens on the subject: no service answers it, or no stream stores it. Nothing was done. */
export class NoResponders extends Error {
  override readonly name = 'NoResponders';
  constructor(readonly subject: string) {
    super(`Nobody listens on ${subject}. Is the service (or the stream) that owns it running?`);
  }
}

/** No reply came in time. Whether the request was carried out is unknown. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
  constructor(
    readonly subject: string,
    readonly timeoutMs: number,
  ) {
    super(`No reply on ${subject} within ${timeoutMs} ms. Whether it was carried out is unknown.`);
  }
}

/** The server did not confirm a message in time. Whether it was stored is unknown; repeat it under the same message id. */
export class PublishTimeout extends Error {
  override readonly name = 'PublishTimeout';
  constructor(
    readonly subject: string,
    readonly timeoutMs: number,
  ) {
    super(
      `The message on ${subject} was not confirmed within ${timeoutMs} ms. Whether it was stored is unknown.`,
    );
  }
}

/** The stream's last sequence is another one than the publisher expected. Nothing was stored. */
export class WrongLastSequence extends Error {
  override readonly name = 'WrongLastSequence';
  constructor(
    readonly subject: string,
    readonly expected: number,
    readonly actual: number | undefined,
  ) {
    super(`The stream behind ${subject} ends at ${actual ?? 'another sequence'}, not at ${expected}.`);
  }
}

/** The server refused a message or a definition for good, for example because a stream is full. Nothing was stored. */
export class RefusedByServer extends Error {
  override readonly name = 'RefusedByServer';
  constructor(
    readonly what: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`NATS refused ${what}: ${reason}.`, options);
  }
}

/** The connection to the server broke while an answer was awaited. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  constructor() {
    super('The connection to NATS was lost before the answer came.');
  }
}

/** The first connection could not be made, and waiting longer will not help or was not wished. */
export class CannotConnect extends Error {
  override readonly name = 'CannotConnect';
  constructor(url: string, reason: string, options?: ErrorOptions) {
    super(`Cannot connect to NATS at ${url}: ${reason}.`, options);
  }
}

/** A stream exists with a property that cannot be changed in place. */
export class TopologyConflict extends Error {
  override readonly name = 'TopologyConflict';
}

/**
 * Thrown by a handler whose message can never be handled: it goes to the dead letters at once, with this reason.
 * Anything else that a handler throws is tried again.
 */
export class Poison extends Error {
  override readonly name = 'Poison';
}

/** Why a signal was aborted, as an error. */
export function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}

/** One sentence about anything that was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
}
