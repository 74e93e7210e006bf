import type { SimulatedFault } from '../faults';
import { doStep, follow, newTestHost, runCommand } from '../testing/host-fixture';
import type { SimulatedHost } from './simulated-host';

const UNIT = 'postgresql@15-main';

describe('the life of a simulated host', () => {
  it('still answers with its old boot id for a moment after the reboot command', () => {
    const test = newTestHost();
    const before = test.host.state.bootId;
    follow(test, [doStep('systemctl', 'reboot')]);
    test.clock.advance(20);
    expect([test.host.phase, test.host.state.bootId]).toEqual(['shutting-down', before]);
    test.clock.advance(500);
    expect(test.host.phase).toBe('down');
    test.clock.advance(4_000);
    expect(test.host.phase).toBe('up');
  });

  it('starts what is enabled at boot, except what is masked for good', () => {
    const test = newTestHost();
    runCommand(test, 'systemctl', 'stop', UNIT, 'sync.timer', 'cron');
    runCommand(test, 'systemctl', 'mask', 'sync.timer');
    runCommand(test, 'systemctl', 'mask', '--runtime', UNIT);
    runCommand(test, 'systemctl', 'disable', 'cron');
    runCommand(test, 'systemctl', 'reboot');
    const { units } = test.host.state;
    expect([UNIT, 'sync.timer', 'cron'].map((name) => units.find(name)?.active)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('returns by itself unless a fault says otherwise, and can be powered on then', () => {
    const test = newTestHost([{ host: 'crm-db-01', command: 'reboot', kind: 'never-return' }]);
    runCommand(test, 'reboot');
    test.clock.advance(3_600_000);
    expect(test.host.phase).toBe('down');
    test.host.powerOn();
    expect(test.host.phase).toBe('up');
  });

  it('stays away longer when a fault slows its return', () => {
    const test = newTestHost([{ command: 'reboot', kind: 'slow', extraMs: 30_000 }]);
    test.host.crash();
    test.clock.advance(30_000);
    expect(test.host.phase).toBe('down');
    test.clock.advance(3_000);
    expect(test.host.phase).toBe('up');
  });

  it('has an update that asks for a reboot when a fault waits for that reboot', () => {
    const hosts = (faults: SimulatedFault[]) =>
      Array.from({ length: 20 }, (_, seed) => newTestHost(faults, seed).host);
    const hasNewKernel = ({ state }: SimulatedHost): boolean =>
      state.packages.get('linux-image-amd64')?.candidate !== undefined;
    expect(hosts([]).every(hasNewKernel)).toBe(false);
    expect(hosts([{ host: 'crm-db-01', command: 'reboot', kind: 'slow' }]).every(hasNewKernel)).toBe(true);
  });

  it('says starting for a moment after boot', () => {
    const test = newTestHost();
    test.host.crash();
    test.clock.advance(10_000);
    test.host.state.settledAt = test.clock.now() + 30_000;
    expect(runCommand(test, 'systemctl', 'is-system-running')).toMatchObject({
      code: 1,
      output: 'starting\n',
    });
    expect(runCommand(test, 'systemctl', 'is-system-running')).toMatchObject({
      code: 0,
      output: 'running\n',
    });
  });

  it('records every coming and going of hosts and units in order', () => {
    const test = newTestHost();
    runCommand(test, 'systemctl', 'stop', UNIT);
    runCommand(test, 'systemctl', 'reboot');
    expect(test.truth.transitions.map(({ unit = 'host', up }) => `${unit} ${up ? 'up' : 'down'}`)).toEqual([
      `${UNIT}.service down`,
      'host down',
      'host up',
      `${UNIT}.service up`,
    ]);
  });

  it('lives the same life again with the same seed', () => {
    const lives = [newTestHost(), newTestHost()].map((test) => {
      runCommand(test, 'apt-get', '-y', 'upgrade');
      runCommand(test, 'systemctl', 'reboot');
      return JSON.stringify([test.host.state.bootId, test.truth]);
    });
    expect(lives[0]).toBe(lives[1]);
  });
});

describe('a fault', () => {
  it('makes a unit refuse to stop once, in believable words', () => {
    const test = newTestHost([{ unit: UNIT, command: 'systemctl stop', kind: 'fail' }]);
    const refused = runCommand(test, 'systemctl', 'stop', UNIT);
    expect(refused.code).toBe(1);
    expect(refused.error).toContain(`Job for ${UNIT} failed`);
    expect(test.host.state.units.find(UNIT)?.active).toBe(true);
    expect(runCommand(test, 'systemctl', 'stop', UNIT).code).toBe(0);
  });

  it('strikes behind sudo and env, too', () => {
    const test = newTestHost([{ command: 'apt-get', kind: 'fail', output: 'E: no space left on device\n' }]);
    const refused = runCommand(
      test,
      'sudo',
      '-n',
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-y',
      'upgrade',
    );
    expect(refused).toMatchObject({ code: 100, error: 'E: no space left on device\n' });
  });

  it('cuts the connections while the command goes on', () => {
    const test = newTestHost([{ command: 'systemctl stop', kind: 'cut' }]);
    follow(test, [doStep('systemctl', 'stop', UNIT)]);
    expect(test.events).toEqual(['cut']);
    test.clock.advance(1_000);
    expect(test.host.runner.inspect('CHG1/stop-crm-db/1')).toMatchObject({ state: 'exited', code: 0 });
  });
});
