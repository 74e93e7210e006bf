import { below, httpCall, httpCallOk, jsonOf, shown } from './http-call';
import { startHttp } from './monitoring.contract';

const call = { timeoutMs: 2_000 };

describe('an HTTP call', () => {
  it('refuses an answer that is longer than its bound', async () => {
    const server = await startHttp((_request, response) => void response.end(Buffer.alloc(2_000_000)));

    const request = { url: new URL(server.url), method: 'GET', maxBytes: 1_000 } as const;

    await expect(httpCall(request, call)).rejects.toMatchObject({ failure: 'too-large', retryable: false });
    await server.stop();
  });

  it('gives up in time also when the body never ends', async () => {
    const server = await startHttp((_request, response) => void response.write('{'));

    const request = { url: new URL(server.url), method: 'GET' } as const;

    await expect(httpCall(request, { timeoutMs: 150 })).rejects.toMatchObject({ failure: 'timed-out' });
    await server.stop();
  });

  it('does not follow a redirect', async () => {
    const server = await startHttp(
      (_request, response) => void response.writeHead(302, { location: '/x' }).end(),
    );

    const request = { url: new URL(server.url), method: 'POST', body: '{}' } as const;

    await expect(httpCallOk(request, call)).rejects.toMatchObject({ status: 302, retryable: false });
    await server.stop();
  });

  it('says which server did not answer with JSON', async () => {
    const server = await startHttp((_request, response) => void response.end('<html>'));
    const request = { url: new URL(server.url), method: 'GET' } as const;

    const answer = await httpCall(request, call);

    expect(() => jsonOf(answer, request)).toThrow(/did not answer with JSON/);
    await server.stop();
  });
});

it('never shows credentials or a query', () => {
  expect(shown(new URL('https://user:pass@cmdb.example/api?token=x'))).toBe('https://cmdb.example/api');
});

it('keeps the path prefix of a base URL', () => {
  expect(below('http://am/prefix', 'api/v2/silences').href).toBe('http://am/prefix/api/v2/silences');
});
