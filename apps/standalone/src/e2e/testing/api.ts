const TIMEOUT_MS = 20_000;

/** What the API answered; refusals are answers here, not errors. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly contentType: string;
  readonly body: T;
}

/** The HTTP API under `/v1` as the owner of one token sees it. */
export class Api {
  constructor(
    readonly url: string,
    private readonly token: string | null,
  ) {}

  /** @throws when the answer is not a success */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.ask<T>('GET', path);
    if (status >= 400)
      throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body).slice(0, 500)}`);
    return body;
  }

  /** Sends and returns whatever comes back; a body that is a string is sent as it is. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const init: RequestInit = { method, headers: this.headers(), signal: AbortSignal.timeout(TIMEOUT_MS) };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}/v1${path}`, init);
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const isJson = /json/.test(contentType) && !contentType.includes('ndjson');
    return { status: response.status, contentType, body: (isJson ? JSON.parse(text) : text) as T };
  }

  headers(): Record<string, string> {
    const authorization = this.token === null ? {} : { authorization: `Bearer ${this.token}` };
    return { 'content-type': 'application/json', ...authorization };
  }
}

/** JSON from an address that is not ours: the simulator's control API, a monitoring system. */
export async function getJson<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok)
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return (await response.json()) as T;
}
