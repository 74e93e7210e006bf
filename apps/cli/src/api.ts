import type { Fault } from '@patchtide/contracts';

const TIMEOUT_MS = 20_000;

export interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly faults?: readonly Fault[];
  readonly nextStep?: string;
}

/** The server refused, or could not be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    readonly status: number,
    readonly problem: Problem,
  ) {
    super(message);
  }
}

/** The HTTP API under `/v1`, with one bearer token. */
export class Api {
  constructor(
    readonly url: string,
    private readonly token: string | null,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await this.call('GET', path)).json() as Promise<T>;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return (await this.call('POST', path, body)).json() as Promise<T>;
  }

  async text(path: string, accept: string): Promise<string> {
    return (await this.call('GET', path, undefined, accept)).text();
  }

  /** Lines of a server-sent event stream, until aborted or closed by the server. */
  async *lines(path: string, lastEventId: string, signal: AbortSignal): AsyncGenerator<string> {
    const headers = { ...this.headers('text/event-stream'), 'last-event-id': lastEventId };
    const response = await fetch(`${this.url}/v1${path}`, { headers, signal });
    if (!response.ok || !response.body) throw await toError(response);
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  }

  private async call(
    method: string,
    path: string,
    body?: unknown,
    accept = 'application/json',
  ): Promise<Response> {
    const init: RequestInit = {
      method,
      headers: this.headers(accept),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await fetch(`${this.url}/v1${path}`, init).catch((error: unknown) => {
      throw unreachable(this.url, error);
    });
    if (!response.ok) throw await toError(response);
    return response;
  }

  private headers(accept: string): Record<string, string> {
    return {
      accept,
      'content-type': 'application/json',
      ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
    };
  }
}

function unreachable(url: string, error: unknown): ApiError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  const nextStep = 'Start it with "npm start", or name another server with --url or PATCHTIDE_URL.';
  return new ApiError(`no Patchtide server answers at ${url} (${cause})`, 0, { nextStep });
}

async function toError(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as Problem;
    return new ApiError(
      problem.detail ?? problem.title ?? `HTTP ${response.status}`,
      response.status,
      problem,
    );
  } catch {
    return new ApiError(`HTTP ${response.status}: ${text.slice(0, 200)}`, response.status, {});
  }
}
