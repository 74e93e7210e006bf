import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface JsonRequest {
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came. */
  readonly text: string;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

export interface JsonAnswer {
  readonly status: number;
  readonly body?: unknown;
}

export type Route = (request: JsonRequest) => JsonAnswer;

export interface JsonServer {
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Serves one function on a free loopback port. What it throws becomes a 500 with the message. */
export async function startJsonServer(route: Route): Promise<JsonServer> {
  const server = createServer((request, response) => {
    answer(request, route).then(
      (result) => write(response, result),
      (error: unknown) => write(response, { status: 500, body: String(error) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, close: () => close(server) };
}

async function answer(request: IncomingMessage, route: Route): Promise<JsonAnswer> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const text = await readText(request);
  if (text === undefined) return { status: 413, body: 'body too large' };
  const body = text === '' ? { json: undefined } : parse(text);
  if (body === undefined) return { status: 400, body: 'the body is not JSON' };
  return route({
    method: request.method ?? 'GET',
    path: url.pathname
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent),
    query: url.searchParams,
    headers: request.headers,
    text,
    body: body.json,
  });
}

async function readText(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): { json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function write(response: ServerResponse, { status, body }: JsonAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
