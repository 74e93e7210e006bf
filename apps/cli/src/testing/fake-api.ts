import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request is answered with: JSON, or something else that looks less like Patchtide. */
export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly token: string | null;
  readonly lastEventId: string | null;
  readonly body: unknown;
}

const PROBLEM_TYPE = 'application/problem+json';

/** A small server on this machine that answers as the API does, and remembers what it was asked. */
export class FakeApi {
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, (asked: Asked) => Answer>();
  private readonly streams = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => void this.serve(request, response));
  }

  static async start(): Promise<FakeApi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeApi(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Answers `GET /campaigns` and the like, with or without query; later answers win. */
  on(route: string, answer: Answer | ((asked: Asked) => Answer)): void {
    this.answers.set(route, typeof answer === 'function' ? answer : () => answer);
  }

  /** Sends an event to everybody who listens. */
  send(id: number, type: string, data: object): void {
    this.sendRaw(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, data })}\n\n`);
  }

  sendRaw(text: string): void {
    for (const stream of this.streams) stream.write(text);
  }

  /** Ends every stream as a network does. */
  breakStreams(): void {
    for (const stream of this.streams) stream.destroy();
    this.streams.clear();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '';
    const asked = {
      method: request.method ?? '',
      path: url,
      token: request.headers.authorization?.replace('Bearer ', '') ?? null,
      lastEventId: [request.headers['last-event-id'] ?? null].flat()[0] ?? null,
      body: await bodyOf(request),
    };
    this.asked.push(asked);
    if (url.startsWith('/v1/stream')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 1000\n\n');
      this.streams.add(response);
      return;
    }
    this.answer(asked, response);
  }

  private answer(asked: Asked, response: ServerResponse): void {
    const path = asked.path.replace(/^\/v1/, '');
    const routes = [path, path.split('?')[0]].map((one) => this.answers.get(`${asked.method} ${one}`));
    const answer = routes.find((route) => route !== undefined);
    const {
      status = 200,
      json,
      text,
      type,
    } = answer?.(asked) ?? { status: 404, json: { detail: `no ${path}` } };
    response.writeHead(status, {
      'content-type': type ?? (status < 400 ? 'application/json' : PROBLEM_TYPE),
    });
    response.end(text ?? JSON.stringify(json));
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text === '' ? null : (JSON.parse(text) as unknown);
}
