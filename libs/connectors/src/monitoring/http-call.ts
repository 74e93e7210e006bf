import { CallFailed, type CallOptions } from './call';

export interface HttpRequest {
  url: URL;
  method: 'GET' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  body?: string;
  /** Answers longer than this are refused unread. */
  maxBytes?: number;
}

export interface HttpAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const TAIL = 300;

/** One HTTP exchange, bounded in time and size; any status is an answer. Throws CallFailed when none arrives. */
export async function httpCall(request: HttpRequest, call: CallOptions): Promise<HttpAnswer> {
  const deadline = startDeadline(call);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      // A redirected POST would become a GET elsewhere, and would carry our credentials along.
      redirect: 'manual',
      signal: deadline.signal,
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: await readBounded(response, request),
    };
  } catch (error) {
    throw failureOf(error, request, deadline.state());
  } finally {
    deadline.clear();
  }
}

/** Like httpCall, but any status outside 2xx and `alsoFine` is a CallFailed with the end of the answer in its message. */
export async function httpCallOk(
  request: HttpRequest,
  call: CallOptions,
  alsoFine: readonly number[] = [],
): Promise<HttpAnswer> {
  const answer = await httpCall(request, call);
  if ((answer.status >= 200 && answer.status < 300) || alsoFine.includes(answer.status)) return answer;
  const said = answer.body.toString('utf8').trim().slice(0, TAIL);
  throw new CallFailed(
    'refused',
    `${request.method} ${shown(request.url)} was answered ${answer.status}${said ? `: ${said}` : ''}`,
    { retryable: isPassing(answer.status), status: answer.status },
  );
}

/** Parses a JSON answer; an answer that is not JSON is a CallFailed. */
export function jsonOf(answer: HttpAnswer, request: HttpRequest): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8')) as unknown;
  } catch (error) {
    throw new CallFailed('unexpected-answer', `${shown(request.url)} did not answer with JSON`, {
      retryable: false,
      status: answer.status,
      cause: error,
    });
  }
}

/** A URL as it may be logged: without credentials and query. */
export function shown(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Resolves a path below a base URL that may itself have a path, with or without a closing slash. */
export function below(base: string, path: string): URL {
  return new URL(path, base.endsWith('/') ? base : `${base}/`);
}

function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 425 || status === 429 || status >= 500;
}

type Ended = 'no' | 'timed-out' | 'aborted';

// AbortSignal.any would do, but it leaks listeners on a long-lived signal in the Node versions we support.
function startDeadline(call: CallOptions) {
  const controller = new AbortController();
  let ended: Ended = 'no';
  const end = (how: Ended) => {
    ended = ended === 'no' ? how : ended;
    controller.abort();
  };
  const timer = setTimeout(() => end('timed-out'), call.timeoutMs);
  const onAbort = () => end('aborted');
  call.signal?.addEventListener('abort', onAbort, { once: true });
  if (call.signal?.aborted) onAbort();
  return {
    signal: controller.signal,
    state: () => ended,
    clear: () => {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', onAbort);
    },
  };
}

async function readBounded(response: Response, request: HttpRequest): Promise<Buffer> {
  const limit = request.maxBytes ?? DEFAULT_MAX_BYTES;
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the body, which frees its connection.
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > limit) {
      throw new CallFailed('too-large', `${shown(request.url)} answered with more than ${limit} bytes`, {
        retryable: false,
        status: response.status,
      });
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function failureOf(error: unknown, request: HttpRequest, ended: Ended): CallFailed {
  if (error instanceof CallFailed) return error;
  const what = `${request.method} ${shown(request.url)}`;
  if (ended === 'aborted') {
    return new CallFailed('aborted', `${what} was called off`, { retryable: false, cause: error });
  }
  if (ended === 'timed-out') {
    return new CallFailed('timed-out', `${what} was not answered in time`, { retryable: true, cause: error });
  }
  const reason = error instanceof Error ? causeText(error) : String(error);
  return new CallFailed('unreachable', `${what} failed: ${reason}`, { retryable: true, cause: error });
}

// fetch says only "fetch failed"; the reason is in its cause.
function causeText(error: Error): string {
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}
