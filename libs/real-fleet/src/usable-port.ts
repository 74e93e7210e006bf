import { createServer } from 'node:net';
import { freePort } from '@patchtide/embedded';

// No fleet has it: whoever is in the way here listens on all addresses of this machine, and so is in the way of every host.
const PROBE_ADDRESS = '127.0.251.1';

/** This port, or a free one when it cannot be had: hosts share the machine's network. */
export async function usablePort(preferred: number): Promise<number> {
  return (await canListen(preferred)) ? preferred : freePort();
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, PROBE_ADDRESS, () => server.close(() => resolve(true)));
  });
}
