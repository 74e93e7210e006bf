import type { Fault } from '@patchtide/contracts';
import { Failed } from './failures';
import { nextStepFor } from './next-step';
import { noAnswer } from './no-answer';

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

  /** One thing. */
  async get<T extends object>(path: string, timeoutMs = this.timeoutMs): Promise<T> {
    return this.record<T>(path, { method: 'GET', timeoutMs });
  }

  async list<T>(path: string, timeoutMs = this.timeoutMs): Promise<T[]> {
    const text = await this.call(path, { method: 'GET', timeoutMs });
    const value = this.parsed(text, text);
    if (!Array.isArray(value)) throw this.notPatchtide(text);
    return value as T[];
  }

  async post<T extends object>(path: string, body: unknown): Promise<T> {
    return this.record<T>(path, { method: 'POST', body, timeoutMs: this.timeoutMs });
  }

  /** A large JSON document as the text that it is. */
  async document(path: string): Promise<string> {
    const text = await this.call(path, { method: 'GET', timeoutMs: DOCUMENT_TIMEOUT_MS });
    this.parsed(text, text);
    return text;
  }

  /** A long list that comes one by one, a line each. */
  async lines<T>(path: string): Promise<T[]> {
    const call = { method: 'GET', accept: 'application/x-ndjson', timeoutMs: DOCUMENT_TIMEOUT_MS } as const;
    const text = await this.call(path, call);
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => this.parsed(line, text) as T);
  }

  /** Opens a server-sent event stream after an event; its lines end with the abort, or when the server closes it. */
  async stream(path: string, lastEventId: string, signal: AbortSignal): Promise<AsyncIterable<string>> {
    const resume = lastEventId === '' ? {} : { 'last-event-id': lastEventId };
    const headers = { ...this.headers('text/event-stream'), ...resume };
    const response = await fetch(`${this.access.url}/v1${path}`, { headers, signal });
    if (!response.ok || !response.body) throw this.refusal(response.status, await response.text());
    return linesOf(response.body as AsyncIterable<Uint8Array>);
  }

  private async record<T extends object>(path: string, call: Call): Promise<T> {
    const text = await this.call(path, call);
    const value = this.parsed(text, text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw this.notPatchtide(text);
    return value as T;
  }

  /** The value of JSON that is all or a part of an answer. */
  private parsed(json: string, answer: string): unknown {
    try {
      return JSON.parse(json) as unknown;
    } catch {
      throw this.notPatchtide(answer);
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
      const { message, nextStep } = noAnswer(error, { url, method, timeoutMs });
      throw new ApiError(message, 0, { nextStep });
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
    const said = problem.detail ?? problem.title ?? '';
    // What the server says of a fault of its own is for whoever reads its logs.
    const message =
      status === 500 || said === '' ? `${this.access.url} failed (HTTP ${status}). ${said}`.trimEnd() : said;
    const nextStep = nextStepFor(status, problem, this.access);
    return new ApiError(message, status, { ...problem, nextStep });
  }

  private notPatchtide(text: string, status = 200): ApiError {
    const start = text.trim().slice(0, 60);
    const message = `${this.access.url} does not answer as Patchtide does (HTTP ${status}, "${start}")`;
    return new ApiError(message, status, { nextStep: 'Check --url or PATCHTIDE_URL.' });
  }
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
