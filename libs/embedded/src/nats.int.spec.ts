import { connect } from 'node:net';
import { startNats } from './nats';

/** Sends lines of the NATS protocol and returns everything the server answers until it has answered `PONG` or hung up. */
function converse(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let answers = '';
    socket.on('error', reject);
    socket.on('close', () => resolve(answers));
    socket.on('data', (chunk: Buffer) => {
      answers += chunk.toString('utf8');
      if (answers.includes('PONG')) socket.destroy();
    });
    socket.write([...lines, 'PING', ''].join('\r\n'));
  });
}

describe('startNats', () => {
  it('lets in who has the token and nobody else', async () => {
    const nats = await startNats({ token: 'let-me_in' });
    try {
      expect(nats.url).toBe(`nats://let-me_in@127.0.0.1:${nats.port}`);
      const withToken = await converse(nats.port, ['CONNECT {"verbose":false,"auth_token":"let-me_in"}']);
      expect(withToken).toContain('PONG');
      expect(await converse(nats.port, ['CONNECT {"verbose":false}'])).toContain('Authorization Violation');
    } finally {
      await nats.stop();
    }
  });

  it('refuses a token that cannot stand in a URL', async () => {
    await expect(startNats({ token: 'a"b' })).rejects.toThrow('may contain only');
  });
});
