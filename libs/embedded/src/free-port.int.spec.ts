import { createServer } from 'node:net';
import { assertFree, freePort } from './free-port';

describe('freePort', () => {
  it('finds a port that can be listened on, and assertFree says when it is taken', async () => {
    const port = await freePort();
    await assertFree(port, 'the test');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(assertFree(port, 'the test')).rejects.toThrow(`port ${port} for the test is already in use`);
    await new Promise((resolve) => server.close(resolve));
  });

  it('gives no port twice, and none that outgoing connections are given', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });
});
