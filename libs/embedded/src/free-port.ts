import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the ports that systems give to outgoing connections: one of those can be taken by any client, of ours or of
// somebody else, before we listen there, and again while a server is being restarted.
const FIRST = 15_000;
const LAST = 31_999;
const ATTEMPTS = 100;
const given = new Set<number>();

/**
 * A TCP port that nothing listened on at 127.0.0.1 a moment ago, and that this process has not been given before.
 * Another process may take it before you do, so starters retry with a new one.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = randomInt(FIRST, LAST + 1);
    if (given.has(port)) continue;
    given.add(port);
    try {
      await listenBriefly(port);
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Rejects when somebody listens on this port at 127.0.0.1, or when it may not be used. */
export async function assertFree(port: number, name: string): Promise<void> {
  await listenBriefly(port).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${error.message})`;
    throw new Error(`port ${port} for ${name} ${reason}`, { cause: error });
  });
}

function listenBriefly(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}
