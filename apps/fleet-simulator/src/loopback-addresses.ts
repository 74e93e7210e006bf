import { createServer } from 'node:net';

const HOSTS_PER_OCTET = 250;

/** The n-th address of a fleet below a base such as `127.10`: 250 hosts per third octet, counted from 1. */
export function loopbackAddress(base: string, index: number): string {
  const third = Math.floor(index / HOSTS_PER_OCTET);
  if (!/^127\.\d{1,3}$/.test(base) || third > 255)
    throw new RangeError(`no loopback address ${index} below ${base}`);
  return `${base}.${third}.${(index % HOSTS_PER_OCTET) + 1}`;
}

/** True for addresses that never leave the machine. */
export function isLoopback(address: string): boolean {
  return /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** A port that is free on one address right now. */
export function freePort(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, address, () => {
      const bound = probe.address();
      const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
