import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { ensureDebianPackage, freePort } from '@patchtide/embedded';
import { componentOf, KindHost } from './testing/kind-host';

const UNIT = 'tomcat@shop.service';

/** A real Tomcat with an instance of its own. */
describe('the kind tomcat', () => {
  let host: KindHost;
  let port: number;

  beforeAll(async () => {
    await ensureDebianPackage('tomcat10-instance-create', 'tomcat10-user');
    host = new KindHost();
    port = await freePort();
    const base = host.path('shop');
    execFileSync('tomcat10-instance-create', ['-p', `${port}`, '-c', `${await freePort()}`, base], {
      stdio: 'pipe',
    });
    mkdirSync(`${base}/webapps/ROOT`, { recursive: true });
    host.write('shop/webapps/ROOT/index.html', 'ok');
    const catalina = (verb: string) =>
      `rm -f ${base}/pid; CATALINA_HOME=/usr/share/tomcat10 CATALINA_BASE=${base} CATALINA_PID=${base}/pid JAVA_OPTS='-Xmx96m -XX:TieredStopAtLevel=1' \\
       exec sh /usr/share/tomcat10/bin/catalina.sh ${verb}`;
    host.unit(UNIT, { start: catalina('start'), pidfile: `${base}/pid` });
  });
  afterAll(async () => {
    await host.word('systemctl', 'stop', UNIT);
    host.remove();
  });

  const tomcat = (page: string) =>
    componentOf('tomcat', { port, url: `http://127.0.0.1:${port}${page}` }, UNIT);

  it('waits until the application answers, and stops until the port is closed', async () => {
    expect(await host.carryOut('START', tomcat('/'), 60_000)).toMatchObject({ code: 0 });
    expect(await host.carryOut('STOP', tomcat('/'), 60_000)).toMatchObject({ code: 0 });
    expect(await host.word('@tcp-closed', '127.0.0.1', `${port}`)).toMatchObject({ code: 0 });
  });

  it('does not call a server up whose application is not there', async () => {
    await host.carryOut('START', tomcat('/'), 60_000);

    expect(await host.word('@http-ok', `http://127.0.0.1:${port}/shop/health`, 'ok')).toMatchObject({
      code: 1,
      output: expect.stringContaining('answered with status 404'),
    });
  });
});
