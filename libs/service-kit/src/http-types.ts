import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from './auth/token-table';

/** What the kit uses of a request. */
export interface HttpRequest extends IncomingMessage {
  originalUrl?: string;
  baseUrl?: string;
  route?: { readonly path?: unknown };
  /** Set by the guard. */
  actor?: Caller;
}
/** The request's correlation id: the caller's where that is well-formed, otherwise ours. */
export function correlationOf(request: IncomingMessage): string | undefined {
  return typeof request.id === 'string' ? request.id : undefined;
}

export type HttpResponse = ServerResponse;
