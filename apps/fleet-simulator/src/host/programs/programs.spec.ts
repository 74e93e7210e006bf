import { newTestHost, runCommand } from '../../testing/host-fixture';
import { commandName, withoutPrefix } from './programs';
import { timeSpanMs } from './systemd-run';

const UNIT = 'postgresql@15-main';

describe('systemctl', () => {
  it.each<[string, string[], number, string]>([
    ['an active unit is active', ['is-active', UNIT], 0, 'active\n'],
    ['an unknown unit is inactive with code 3, like a stopped one', ['is-active', 'nosuch'], 3, 'inactive\n'],
    ['an enabled unit is enabled', ['is-enabled', UNIT], 0, 'enabled\n'],
    ['an unknown unit is not found', ['is-enabled', 'nosuch'], 1, 'not-found\n'],
    ['a healthy unit has not failed', ['is-failed', UNIT], 1, 'active\n'],
    [
      'properties can be chosen',
      ['show', '-p', 'LoadState,ActiveState', UNIT],
      0,
      'LoadState=loaded\nActiveState=active\n',
    ],
    ['values can be bare', ['show', '--property=LoadState', '--value', 'nosuch'], 0, 'not-found\n'],
    ['stopping an unknown unit is code 5', ['stop', 'nosuch'], 5, ''],
    ['an unknown verb is code 1', ['frobnicate'], 1, ''],
  ])('%s', (_, args, code, output) => {
    expect(runCommand(newTestHost(), 'systemctl', ...args)).toMatchObject({ code, output });
  });

  it('does not start a masked unit', () => {
    const test = newTestHost();
    runCommand(test, 'systemctl', 'mask', '--runtime', 'sync.timer');
    runCommand(test, 'systemctl', 'stop', 'sync.timer');
    expect(runCommand(test, 'systemctl', 'start', 'sync.timer')).toMatchObject({ code: 1 });
    runCommand(test, 'systemctl', 'unmask', 'sync.timer');
    expect(runCommand(test, 'systemctl', 'start', 'sync.timer')).toMatchObject({ code: 0 });
  });
});

describe('the package manager', () => {
  it('lists, installs and then has nothing left to do', () => {
    const test = newTestHost();
    expect(runCommand(test, 'apt-get', '-s', 'upgrade').output).toContain(
      'Inst postgresql-15 [15.10-0+deb12u1] (15.14-0+deb12u1',
    );
    expect(runCommand(test, 'apt-get', '-y', '-o', 'Dpkg::Options::=--force-confold', 'upgrade').code).toBe(
      0,
    );
    expect(runCommand(test, 'apt-get', '-s', 'upgrade').output).toContain('\n0 upgraded');
    expect(
      runCommand(test, 'dpkg-query', '-W', '-f', '${Package} ${Version} ${Status}\\n', 'postgresql-15')
        .output,
    ).toBe('postgresql-15 15.14-0+deb12u1 install ok installed\n');
  });

  it('asks for a reboot after a kernel update only', () => {
    const test = newTestHost();
    const flag = () => runCommand(test, 'test', '-e', '/run/reboot-required').code;
    runCommand(test, 'apt-get', '-y', 'install', '--only-upgrade', 'postgresql-15');
    expect(flag()).toBe(1);
    runCommand(test, 'apt-get', '-y', 'dist-upgrade');
    expect(flag()).toBe(0);
  });

  it('answers 100 for whatever goes wrong', () => {
    const test = newTestHost();
    expect(runCommand(test, 'apt-get', 'install', 'nosuch').code).toBe(100);
    expect(runCommand(test, 'apt-get', 'install', 'openssl=9').code).toBe(100);
    expect(runCommand(test, 'apt-get', 'dance').code).toBe(100);
    expect(runCommand(test, 'dpkg-query', '-W', 'nosuch').code).toBe(1);
  });

  it('is half-configured after a kill until dpkg has repaired it', () => {
    const test = newTestHost([{ command: 'apt-get upgrade', kind: 'lose-exit' }]);
    runCommand(test, 'apt-get', '-y', 'upgrade');
    expect(runCommand(test, '@dpkg-clean').code).toBe(1);
    expect(runCommand(test, 'dpkg', '--audit').output).toContain('half configured');
    expect(runCommand(test, 'apt-get', '-y', 'upgrade')).toMatchObject({ code: 100 });
    expect(runCommand(test, 'dpkg', '--configure', '-a').code).toBe(0);
    expect(runCommand(test, '@dpkg-clean').code).toBe(0);
  });
});

describe('other programs', () => {
  it('move files and see where they are', () => {
    const test = newTestHost();
    expect(runCommand(test, 'mv', '/etc/cron.d/billing', '/etc/cron.d/.billing').code).toBe(0);
    expect(runCommand(test, 'test', '-f', '/etc/cron.d/billing').code).toBe(1);
    expect(runCommand(test, 'test', '!', '-e', '/etc/cron.d/billing').code).toBe(0);
    expect(runCommand(test, 'cat', '/etc/cron.d/.billing').output).toContain('billing');
    expect(runCommand(test, 'mv', '/etc/cron.d/billing', '/tmp/x').code).toBe(1);
  });

  it('show the boot id the kernel has', () => {
    const test = newTestHost();
    expect(runCommand(test, 'cat', '/proc/sys/kernel/random/boot_id').output).toBe(
      `${test.host.state.bootId}\n`,
    );
  });

  it('tell whether the database on a port accepts connections', () => {
    const test = newTestHost();
    expect(runCommand(test, 'pg_isready', '-p', '5432').code).toBe(0);
    expect(runCommand(test, 'pg_isready', '-p', '5433').code).toBe(2);
    runCommand(test, 'systemctl', 'stop', UNIT);
    expect(runCommand(test, 'pg_isready').code).toBe(2);
  });

  it('distinguish a stopped unit from one that does not exist', () => {
    const test = newTestHost();
    runCommand(test, 'systemctl', 'stop', UNIT);
    expect(runCommand(test, '@unit-inactive', UNIT).code).toBe(0);
    expect(runCommand(test, '@unit-inactive', 'nosuch').code).toBe(4);
  });

  it.each([['nosuch'], ['constructor'], ['/usr/bin/python3']])('unknown ones exit 127: %s', (name) => {
    expect(runCommand(newTestHost(), name)).toMatchObject({
      code: 127,
      error: `sh: 1: ${name}: not found\n`,
    });
  });

  it('run without a change behind sudo, env and a path', () => {
    expect(runCommand(newTestHost(), 'sudo', '-n', '--', '/usr/bin/systemctl', 'is-active', UNIT).code).toBe(
      0,
    );
    expect(withoutPrefix(['sudo', '-n', 'env', 'A=b', 'true'])).toEqual(['true']);
    expect(commandName(['sudo', '-n', 'env', 'A=b', '/usr/bin/apt-get', '-y', '-o', 'x', 'upgrade'])).toBe(
      'apt-get upgrade',
    );
  });
});

describe('systemd-run', () => {
  const hold = [
    'systemd-run',
    '--on-active=2h',
    '--timer-property=AccuracySec=1s',
    '--unit=hold-1',
    'systemctl',
    'start',
    'sync.timer',
  ];

  it('carries out a command when its time has come', () => {
    const test = newTestHost();
    runCommand(test, 'systemctl', 'stop', 'sync.timer');
    expect(runCommand(test, ...hold).code).toBe(0);
    test.clock.advance(7_100_000);
    expect(test.host.state.units.find('sync.timer')?.active).toBe(false);
    test.clock.advance(200_000);
    expect(test.host.state.units.find('sync.timer')?.active).toBe(true);
    expect(test.host.state.units.find('hold-1.timer')).toBeUndefined();
  });

  it('refuses the same unit name twice', () => {
    const test = newTestHost();
    expect([runCommand(test, ...hold).code, runCommand(test, ...hold).code]).toEqual([0, 1]);
  });

  it('forgets what was stopped, and everything at a reboot', () => {
    const test = newTestHost();
    runCommand(test, 'systemctl', 'stop', 'sync.timer');
    runCommand(test, ...hold);
    runCommand(test, 'systemctl', 'stop', 'hold-1.timer');
    test.clock.advance(8_000_000);
    expect(test.host.state.units.find('sync.timer')?.active).toBe(false);
    runCommand(test, ...hold);
    runCommand(test, 'systemctl', 'reboot');
    expect(test.host.state.units.find('hold-1.timer')).toBeUndefined();
  });

  it.each([
    ['90', 90_000],
    ['15min', 900_000],
    ['1h 30m', 5_400_000],
    ['1.5s', 1_500],
    ['soon', undefined],
    ['', undefined],
  ])('reads the time span %j', (text, expected) => {
    expect(timeSpanMs(text)).toBe(expected);
  });
});
