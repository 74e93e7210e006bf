import { connect } from 'node:net';
import { ensureDebianPackage, freePort, waitUntil } from '@patchtide/embedded';
import { componentOf, KindHost } from './testing/kind-host';

const UNIT = 'nginx.service';

/** A real nginx, started and stopped as a unit. */
describe('the kind nginx', () => {
  let host: KindHost;
  let port: number;

  beforeAll(() => ensureDebianPackage('nginx', 'nginx-light'));
  beforeEach(async () => {
    host = new KindHost();
    port = await freePort();
    writeConfig();
    const config = host.path('nginx.conf');
    host.unit(UNIT, { start: `exec nginx -c ${config}`, pidfile: host.path('nginx.pid') });
  });
  afterEach(async () => {
    await host.word('systemctl', 'stop', UNIT);
    host.remove();
  });

  function writeConfig(broken = ''): void {
    host.write(
      'nginx.conf',
      `pid ${host.path('nginx.pid')}; error_log ${host.path('error.log')}; ${broken}
      events {} http { access_log off; client_body_temp_path ${host.path('body')}; proxy_temp_path ${host.path('proxy')};
      fastcgi_temp_path ${host.path('fcgi')}; uwsgi_temp_path ${host.path('uwsgi')}; scgi_temp_path ${host.path('scgi')};
      server { listen 127.0.0.1:${port}; location / { return 200 ok; } location /secret { return 401; }
      location /slow { limit_rate 100; root ${host.directory}; } } }\n`,
    );
  }

  const nginx = (attributes = {}) =>
    componentOf('nginx', { config: host.path('nginx.conf'), port, graceSeconds: 10, ...attributes });

  it('starts, answers with the status that is expected, stops, and is gone', async () => {
    const started = await host.carryOut(
      'START',
      nginx({ url: `http://127.0.0.1:${port}/secret`, urlStatus: '401' }),
    );
    expect(started).toMatchObject({ code: 0, notes: {} });

    const stopped = await host.carryOut('STOP', nginx());
    expect(stopped).toMatchObject({ code: 0 });
    expect(await host.word('@tcp-closed', '127.0.0.1', `${port}`)).toMatchObject({ code: 0 });
  });

  it('does not stop what could not start again', async () => {
    await host.carryOut('START', nginx());
    writeConfig('no_such_directive on;');

    const stopped = await host.carryOut('STOP', nginx());

    expect(stopped.code).toBe(1);
    expect(stopped.notes.failure).toMatch(
      /^nginx would not start with the configuration it has now\..*no_such_directive/,
    );
    expect(await host.word('@tcp-open', '127.0.0.1', `${port}`)).toMatchObject({ code: 0 });
  });

  it('lets a request that runs end before it stops, and takes no new ones', async () => {
    host.write('slow', 'x'.repeat(300));
    await host.carryOut('START', nginx());
    const request = connect(port, '127.0.0.1');
    let received = '';
    request.on('data', (chunk) => (received += chunk.toString()));
    const ended = new Promise((resolve) => request.once('close', resolve));
    request.write('GET /slow HTTP/1.0\r\n\r\n');
    await waitUntil(() => received.includes('xxx'), { timeoutMs: 10_000, what: 'the first bytes' });

    const stopped = await host.carryOut('STOP', nginx());
    await ended;

    expect(stopped).toMatchObject({ code: 0, output: expect.stringContaining('has finished what it did') });
    expect(received.match(/x+$/)?.[0]).toHaveLength(300);
  });

  it('says what the page answers when that is not what was expected', async () => {
    const started = await host.carryOut('START', nginx({ url: `http://127.0.0.1:${port}/secret` }), 8_000);

    expect(started).toMatchObject({
      code: 124,
      output: expect.stringContaining('answered with status 401 instead of 200 to 399'),
    });
  });
});
