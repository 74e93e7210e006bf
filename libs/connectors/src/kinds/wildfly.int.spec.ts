import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { componentOf, KindHost } from './testing/kind-host';

const UNIT = 'wildfly.service';
const ANSWER = (result: string) => `{"outcome" => "success","result" => ${result}}`;

/** A program that stands in for jboss-cli.sh: it notes what it is asked and answers from files. */
describe('the kind wildfly', () => {
  let host: KindHost;

  beforeEach(() => {
    host = new KindHost();
    host.unit(UNIT, {
      start: 'setsid sleep 600 & echo $! >"$0.pid"',
      pidfile: host.path(`units/${UNIT}/start.pid`),
    });
    mkdirSync(host.path('wildfly/bin'), { recursive: true });
    host.write(
      'wildfly/bin/jboss-cli.sh',
      `#!/bin/sh
for word; do last=$word; done
printf '%s\\n' "$*" >>${host.path('asked')}
case $last in
  *server-state*) cat ${host.path('server-state')} ;;
  *suspend-state*) echo '${ANSWER('"SUSPENDED"')}' ;;
  *suspend-timeout*) [ ! -e ${host.path('old')} ] || { echo "WFLYCTL0363: unknown parameter"; exit 1; } ;;
  *boot-errors*) cat ${host.path('boot-errors')} ;;
esac
`,
    );
    host.makeExecutable('wildfly/bin/jboss-cli.sh');
    host.write('server-state', ANSWER('"running"'));
    host.write('boot-errors', ANSWER('[]'));
  });
  afterEach(async () => {
    await host.word('systemctl', 'stop', UNIT);
    host.remove();
  });

  const wildfly = () => componentOf('wildfly', { home: host.path('wildfly'), suspendSeconds: 5 });
  const asked = () => readFileSync(host.path('asked'), 'utf8').trim().split('\n');

  it('suspends before it stops, and is up when everything deployed came up', async () => {
    expect(await host.carryOut('START', wildfly())).toMatchObject({ code: 0 });
    expect(await host.carryOut('STOP', wildfly())).toMatchObject({
      code: 0,
      output: expect.stringContaining('Suspended'),
    });

    const prefix = '--connect --controller=127.0.0.1:9990 --timeout=60000 --command=';
    expect(asked()).toEqual([
      `${prefix}:read-attribute(name=server-state)`,
      `${prefix}/core-service=management:read-boot-errors`,
      `${prefix}:suspend(suspend-timeout=5)`,
      `${prefix}:read-attribute(name=suspend-state)`,
    ]);
  });

  it('suspends an older server by the older name of the parameter', async () => {
    host.write('old', '');
    await host.word('systemctl', 'start', UNIT);

    expect(await host.carryOut('STOP', wildfly())).toMatchObject({ code: 0 });
    expect(asked()).toContainEqual(expect.stringContaining(':suspend(timeout=5)'));
  });

  it('has nothing to suspend when it does not run', async () => {
    expect(await host.carryOut('STOP', wildfly())).toMatchObject({ code: 0 });
    expect(existsSync(host.path('asked'))).toBe(false);
  });

  it('is not up while it starts, or when an application did not deploy', async () => {
    await host.word('systemctl', 'start', UNIT);
    host.write('server-state', ANSWER('"starting"'));
    const word = ['@wildfly-running', host.path('wildfly'), '127.0.0.1:9990'];
    expect(await host.word(...word)).toMatchObject({
      code: 1,
      output: expect.stringContaining('in state starting'),
    });

    host.write('server-state', ANSWER('"running"'));
    host.write(
      'boot-errors',
      '{"outcome" => "success","result" => [{"failure-description" => "WFLYSRV0153 shop.war"}]}',
    );
    expect(await host.word(...word)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/shop\.war[^]*something did not come up with it/),
    });
  });
});
