import { type ApiError, ErrorCode, type NatsError } from 'nats';
import { NoResponders, PublishTimeout, RefusedByServer, reasonOf, WrongLastSequence } from '../errors';

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String((error as NatsError).code) : undefined;
}

/** No subscriber answered, or JetStream is not up (yet). */
export function isNoResponders(error: unknown): boolean {
  return codeOf(error) === ErrorCode.NoResponders && apiErrorOf(error) === undefined;
}

export function isTimeout(error: unknown): boolean {
  return codeOf(error) === ErrorCode.Timeout;
}

/** "stream not found" and "consumer not found". */
export function isNotFound(error: unknown): boolean {
  const code = apiErrorOf(error)?.err_code;
  return code === 10059 || code === 10014;
}

function apiErrorOf(error: unknown): ApiError | undefined {
  return error instanceof Error ? (error as NatsError).api_error : undefined;
}

const WRONG_LAST_SEQUENCE = 10071;

/** What a failed publish means. `expected` is the last sequence that the publisher counted on. */
export function publishError(error: unknown, subject: string, timeoutMs: number, expected?: number): unknown {
  if (isNoResponders(error)) return new NoResponders(subject);
  if (isTimeout(error)) return new PublishTimeout(subject, timeoutMs);
  if (codeOf(error) === ErrorCode.MaxPayloadExceeded) {
    return new RefusedByServer(`the message on ${subject}`, 'it is larger than the server takes', {
      cause: error,
    });
  }
  const api = apiErrorOf(error);
  if (api === undefined) return error;
  if (api.err_code === WRONG_LAST_SEQUENCE) {
    const actual = /(\d+)\s*$/.exec(api.description)?.[1];
    return new WrongLastSequence(subject, expected ?? 0, actual === undefined ? undefined : Number(actual));
  }
  return new RefusedByServer(`the message on ${subject}`, api.description, { cause: error });
}

export function definitionError(error: unknown, what: string): unknown {
  const api = apiErrorOf(error);
  return api === undefined ? error : new RefusedByServer(what, reasonOf(error), { cause: error });
}
