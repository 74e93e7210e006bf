import type { Fault } from '@patchtide/contracts';
import { Failed } from './failures';
import { nextStepFor } from './next-step';

const TIMEOUT_MS = 20_000;
/** Plans, histories and evidence of large campaigns. */
const DOCUMENT_TIMEOUT_MS = 120_000;

/** RFC 9457 problem details, as far as they are shown. */
export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly faults?: readonly Fault[];
  readonly nextStep?: string;
}

/** The server refused (its status), or no answer was to be had (0). */
export class ApiError extends Failed {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly status: number,
    { faults = [], nextStep = '' }: Problem,
  ) {
    super(message, faults, nextStep);
  }

  /** Whether the same question may be answered in a moment. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

/** Where the API is, who asks, and what to advise when the token is not enough. */
export interface Access {
  readonly url: string;
  readonly token: string | null;
  readonly tokenAdvice: string;
}

interface Call {
  readonly method: 'GET' | 'POST';
  readonly body?: unknown;
  readonly accept?: string;
  readonly timeoutMs: number;
}

/** The HTTP API under `/v1`, with one bearer token. Every call is bounded in time. */
export class Api {
  constructor(
    private readonly access: Access,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  async get<T>(path: string, timeoutMs = this.timeoutMs): Promise<T> {
    return this.json<T>(path, { method: 'GET', timeoutMs });
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return this.json<T>(path, { method: 'POST', body, timeoutMs: this.timeoutMs });
  }

  /** A large document as it is. */
  async document(path: string, accept: string): Promise<string> {
    return this.call(path, { method: 'GET', accept, timeoutMs: DOCUMENT_TIMEOUT_MS });
  }

  /** Opens a server-sent event stream after an event; its lines end with the abort, or when the server closes it. */
  async stream(path: string, lastEventId: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const resume = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
    const headers = { ...this.headers('text/event-stream'), ...resume };
    const response = await fetch(`${this.access.url}/v1${path}`, { headers, signal });
    if (!response.ok || !response.body) throw this.refusal(response.status, await response.text());
    return linesOf(response.body as AsyncIterable<Uint8Array>);
  }

  private async json<T>(path: string, call: Call): Promise<T> {
    const text = await this.call(path, call);
    try {
      return JSON.parse(text) as T;
    } catch {
      throw this.notPatchtide(text);
    }
  }

  private async call(path: string, { method, body, accept, timeoutMs }: Call): Promise<string> {
    const { url } = this.access;
    const headers = this.headers(accept ?? 'application/json');
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(timeoutMs) };
    if (body !== undefined) init.body = JSON.stringify(body);
    let answer: { status: number; isOk: boolean; text: string };
    try {
      const response = await fetch(`${url}/v1${path}`, init);
      answer = { status: response.status, isOk: response.ok, text: await response.text() };
    } catch (error) {
      throw noAnswer(error, { url, method, timeoutMs });
    }
    if (!answer.isOk) throw this.refusal(answer.status, answer.text);
    return answer.text;
  }

  private headers(accept: string): Record<string, string> {
    const { token } = this.access;
    return {
      accept,
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
  }

  private refusal(status: number, text: string): ApiError {
    let problem: Problem;
    try {
      problem = Object(JSON.parse(text)) as Problem;
    } catch {
      return this.notPatchtide(text, status);
    }
    const message = problem.detail ?? problem.title ?? `${this.access.url} answered with HTTP ${status}`;
    const nextStep = nextStepFor(status, problem, this.access);
    return new ApiError(message, status, { ...problem, nextStep });
  }

  private notPatchtide(text: string, status = 200): ApiError {
    const start = text.trim().slice(0, 60);
    const message = `${this.access.url} does not answer as Patchtide does (HTTP ${status}, "${start}")`;
    return new ApiError(message, status, { nextStep: 'Check --url or PATCHTIDE_URL.' });
  }
}

function noAnswer(
  error: unknown,
  { url, method, timeoutMs }: Pick<Call, 'method' | 'timeoutMs'> & { url: string },
): ApiError {
  if (error instanceof Error && error.name === 'TimeoutError') {
    const message = `${url} did not answer within ${timeoutMs / 1000} s`;
    const unknown = 'Whether it was carried out is not known: look at the present state, then repeat.';
    return new ApiError(message, 0, { nextStep: method === 'GET' ? 'Try again in a moment.' : unknown });
  }
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  const nextStep = 'Start it with "npm start", or name another server with --url or PATCHTIDE_URL.';
  return new ApiError(`no Patchtide server answers at ${url} (${cause})`, 0, { nextStep });
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
