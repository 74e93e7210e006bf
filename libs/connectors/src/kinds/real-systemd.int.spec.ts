import type { Component } from '@patchtide/contracts';
import { waitUntil } from '@patchtide/embedded';
import { describeRealFleet, type RealFleet, type RealHost, startRealFleet } from '@patchtide/real-fleet';
import { parseFacts } from '../remote-shell/host-facts';
import { encodeRun, parseStatus, type RunnerStep } from '../remote-shell/runner-protocol';
import { RUNNER_SCRIPT } from '../remote-shell/runner-script';
import { componentOf, type Ended, jobOf } from './testing/kind-host';

const PROGRAM = '/var/lib/patchtide/host.sh';

/** What a systemd that is played cannot show: the real one, with the units that Debian's packages bring. */
describeRealFleet('kinds on a booted host', () => {
  let fleet: RealFleet;
  let host: RealHost;
  let attempts = 0;

  beforeAll(async () => {
    fleet = await startRealFleet({ hosts: [{ name: 'kinds' }] });
    host = fleet.host('kinds');
    await host.execOrThrow(['mkdir', '-p', '/var/lib/patchtide']);
    await host.writeFile(PROGRAM, RUNNER_SCRIPT);
  }, 1_500_000);
  afterAll(() => fleet?.stop());

  async function run(steps: readonly RunnerStep[]): Promise<Ended> {
    attempts += 1;
    const request = { attemptId: `CHG1/job-${attempts}/1`, epoch: 1, outputOffset: 0, steps };
    const { stdout, stderr } = await host.exec(encodeRun(PROGRAM, request), { timeoutMs: 110_000 });
    return { code: parseStatus(stderr)?.code, output: stdout, notes: parseFacts(stderr).notes };
  }

  const word = (...argv: string[]) => run([{ mode: 'do', timeoutMs: 30_000, argv }]);
  const carryOut = (action: 'STOP' | 'START', component: Component) => run(jobOf(action, component).steps);

  async function addUnit(name: string, text: string): Promise<void> {
    await host.writeFile(`/etc/systemd/system/${name}`, text);
    await host.execOrThrow(['systemctl', 'daemon-reload']);
  }
  const service = (more: string) => `[Service]\n${more}\n`;

  it('stops a unit together with its socket, so that no connection brings it back, and starts both', async () => {
    await addUnit('echo.socket', '[Socket]\nListenStream=127.0.0.1:7007\n');
    await addUnit('echo.service', service('ExecStart=/bin/sleep infinity'));
    await host.execOrThrow(['systemctl', 'start', 'echo.socket', 'echo.service']);
    const echo = componentOf('systemd', {}, 'echo.service');

    expect(await carryOut('STOP', echo)).toMatchObject({
      code: 0,
      notes: { 'stopped-with': 'echo.service with echo.socket' },
    });
    expect(await word('@tcp-closed', '127.0.0.1', '7007')).toMatchObject({ code: 0 });
    expect(await carryOut('START', echo)).toMatchObject({ code: 0 });

    expect([await host.unitState('echo.socket'), await host.unitState('echo.service')]).toEqual([
      'active',
      'active',
    ]);
  });

  it('keeps down what it stopped, through a reboot and whoever starts it, until it starts it', async () => {
    await addUnit(
      'early.service',
      service('ExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target'),
    );
    await host.execOrThrow(['systemctl', 'enable', '--now', 'early.service']);
    const early = componentOf('systemd', {}, 'early.service');
    expect(await carryOut('STOP', early)).toMatchObject({ code: 0 });

    // As the scripts of packages do; it is no error for them.
    await host.execOrThrow(['systemctl', 'restart', 'early.service']);
    expect(await host.unitState('early.service')).toBe('inactive');
    const before = await host.bootId();
    await host.exec(['systemctl', 'reboot']);
    await waitUntil(async () => (await host.bootId().catch(() => before)) !== before, {
      timeoutMs: 60_000,
      what: 'the host to boot again',
    });
    await host.untilUp();
    expect(await host.unitState('early.service')).toBe('inactive');

    expect(await carryOut('START', early)).toMatchObject({ code: 0 });
    expect(await host.unitState('early.service')).toBe('active');
    expect(await host.exec(['ls', '/etc/systemd/system/early.service.d'])).toMatchObject({ code: 2 });
  });

  it('finds the processes that a stop left behind', async () => {
    await addUnit(
      'left.service',
      service(`KillMode=process\nExecStart=/bin/sh -c 'sleep 600 & exec sleep 601'`),
    );
    await host.execOrThrow(['systemctl', 'start', 'left.service']);
    await word('@unit-stop', 'left.service');

    expect(await word('@unit-stopped', 'left.service', '1')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/processes of it are left: \d+ \(sleep\)\./),
    });
    await host.execOrThrow(['systemctl', 'kill', '--signal=KILL', 'left.service']);
  });

  it('finds them in the nested slice of a template too', async () => {
    await addUnit(
      'left-over@.service',
      service(`KillMode=process\nExecStart=/bin/sh -c 'sleep 600 & exec sleep 601'`),
    );
    await host.execOrThrow(['systemctl', 'start', 'left-over@a.service']);
    await word('@unit-stop', 'left-over@a.service');

    expect((await word('@unit-stopped', 'left-over@a.service', '1')).output).toContain(
      'processes of it are left',
    );
    await host.execOrThrow(['systemctl', 'kill', '--signal=KILL', 'left-over@a.service']);
  });

  it('does not call a unit steady that dies and is started again', async () => {
    await addUnit(
      'loop.service',
      service('Restart=always\nRestartSec=100ms\nStartLimitBurst=0\nExecStart=/bin/sleep 0.7'),
    );
    await host.execOrThrow(['systemctl', 'start', 'loop.service']);

    expect(await word('@unit-steady', 'loop.service', '2')).toMatchObject({ code: 1 });
    expect(await carryOut('STOP', componentOf('systemd', {}, 'loop.service'))).toMatchObject({ code: 0 });
  });

  it('names the process that does not stop', async () => {
    await addUnit(
      'stuck.service',
      service(`TimeoutStopSec=60\nExecStart=/bin/sh -c 'trap "" TERM; while :; do sleep 1; done'`),
    );
    await host.execOrThrow(['systemctl', 'start', 'stuck.service']);

    const stopped = await run([{ mode: 'do', timeoutMs: 2_000, argv: ['@unit-stop', 'stuck.service'] }]);

    expect(stopped.code).toBe(124);
    expect(stopped.output).toMatch(
      /did not stop in time: it is deactivating \(stop-sigterm\).*main process \d+/,
    );
    expect(stopped.output).toMatch(/Its processes: \d+ \((sh|sleep)\)/);
    await host.execOrThrow(['systemctl', 'kill', '--signal=KILL', 'stuck.service']);
  });

  it('tells that systemd had to kill a unit, whose stop counts all the same', async () => {
    await addUnit(
      'deaf.service',
      service(`TimeoutStopSec=1\nExecStart=/bin/sh -c 'trap "" TERM; while :; do sleep 1; done'`),
    );
    await host.execOrThrow(['systemctl', 'start', 'deaf.service']);

    expect(await word('@unit-stop', 'deaf.service')).toMatchObject({
      code: 0,
      notes: { killed: 'deaf.service result timeout' },
    });
    expect(await word('@unit-start', 'deaf.service')).toMatchObject({ code: 0 });
    await host.execOrThrow(['systemctl', 'stop', 'deaf.service']);
  });

  it('knows a masked unit and one that does not exist', async () => {
    await addUnit('gone.service', service('ExecStart=/bin/sleep infinity'));
    await host.execOrThrow(['rm', '/etc/systemd/system/gone.service']);
    await host.execOrThrow(['systemctl', 'mask', 'gone.service']);

    expect((await word('@unit-start', 'gone.service')).notes.failure).toMatch(/is masked/);
    expect(await word('@unit-stop', 'nobody.service')).toMatchObject({ code: 4 });
  });

  it('stops and starts Debian’s nginx and HAProxy', async () => {
    await host.writeFile('/etc/nginx/conf.d/a.conf', 'server { listen 8080; location / { return 200; } }\n');
    await host.writeFile(
      '/etc/haproxy/haproxy.cfg',
      'defaults\n timeout client 1s\nfrontend a\n mode http\n bind :8090\n',
    );
    for (const [kind, port] of [
      ['nginx', 8080],
      ['haproxy', 8090],
    ] as const) {
      const component = componentOf(kind, { port });
      expect(await carryOut('START', component)).toMatchObject({ code: 0 });
      expect(await carryOut('STOP', component)).toMatchObject({ code: 0 });
      expect(await host.unitState(`${kind}.service`)).toBe('inactive');
    }
  });

  it('stops and starts a cluster of Debian’s PostgreSQL', async () => {
    await host.exec(['pg_createcluster', '15', 'main']);
    const postgresql = componentOf(
      'postgresql',
      { role: 'primary', dataDirectory: '/var/lib/postgresql/15/main' },
      'postgresql@15-main.service',
    );

    expect(await carryOut('START', postgresql)).toMatchObject({ code: 0 });
    expect(await carryOut('STOP', postgresql)).toMatchObject({ code: 0 });
    expect(await host.unitState('postgresql@15-main.service')).toBe('inactive');
  });
});
