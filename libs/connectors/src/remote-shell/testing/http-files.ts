import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A mirror: files by path, some of which it can be told to refuse. */
export class HttpFiles {
  readonly files = new Map<string, Buffer>();
  /** Answers 404 for what this matches. */
  broken: RegExp = /(?!)/;
  /** While it is there, answers wait for it. */
  hold: Promise<void> | undefined;
  /** The paths that were asked for. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<HttpFiles> {
    const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const path = decodeURIComponent(request.url ?? '');
      mirror.asked.push(path);
      await mirror.hold;
      const file = mirror.broken.test(path) ? undefined : mirror.files.get(path);
      response.writeHead(file === undefined ? 404 : 200, { 'content-length': file?.length ?? 0 });
      response.end(request.method === 'HEAD' ? undefined : file);
    };
    const server = createServer((request, response) => void answer(request, response));
    const mirror = new HttpFiles(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return mirror;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
