import { createServer } from 'node:net';

/**
 * A TCP port that nothing listened on at 127.0.0.1 a moment ago. Another process may take it before you do, so
 * starters retry with a new one.
 */
export function freePort(): Promise<number> {
  return listenBriefly(0);
}

/** Rejects when somebody listens on this port at 127.0.0.1, or when it may not be used. */
export async function assertFree(port: number, name: string): Promise<void> {
  await listenBriefly(port).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be used (${error.message})`;
    throw new Error(`port ${port} for ${name} ${reason}`, { cause: error });
  });
}

function listenBriefly(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
