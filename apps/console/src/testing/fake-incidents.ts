import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Forwarded {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly auth: string | undefined;
  readonly body: string;
}

const DESCRIPTION = { paths: { '/v1/incidents': { get: { operationId: 'listIncidents' } } } };

/** incident-projection as the console sees it: remembers what it is asked, and can be away for a while. */
export class FakeIncidents {
  readonly forwarded: Forwarded[] = [];
  private readonly server = createServer((asked, answer) => void this.answer(asked, answer));
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens, the second time on the same port. */
  async start(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url, headers } = asked;
    this.forwarded.push({ method, url, auth: headers.authorization, body: await textOf(asked) });
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify(DESCRIPTION));
  }
}

/** Everything that is still to come of a request or an answer. */
export async function textOf(message: AsyncIterable<unknown>): Promise<string> {
  let text = '';
  for await (const part of message) text += String(part);
  return text;
}
