import { FakeHoldShell, HoldHost } from './hold-host';
import {
  type HostSystem,
  encodeHold,
  formatHoldStatus,
  parseHoldArgv,
  parseHoldStatus,
} from './hold-protocol';
import { HostBatchScheduler, type HostShell } from './host-scheduler';

const now = () => new Date('2026-11-29T22:00:00Z');
const host = { address: '10.1.0.12', port: 22 };
const call = { timeoutMs: 1_000 };
const lease = (ref: Record<string, unknown>) => ({
  campaign: 'C1',
  subject: 'job-1',
  host,
  ref,
  endsAt: '2026-11-29T22:15:00Z',
});

function answering(result: { exitCode?: number; stdout?: string; stderr?: string }) {
  const calls: (readonly string[])[] = [];
  const shell: HostShell = {
    run: (_host, argv) => {
      calls.push(argv);
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', ...result });
    },
  };
  return { shell, calls };
}

describe('a job on a host', () => {
  it.each<[HostSystem, unknown]>([
    ['cron', '/etc/cron.d/../passwd'],
    ['cron', '/etc/passwd'],
    ['cron', '/etc/cron.d/a b'],
    ['cron', '/etc/cron.d/$(reboot)'],
    ['cron', '/etc/cron.d/.hidden'],
    ['cron', '/etc/cron.d/billing.dpkg-old'],
    ['cron', '/etc/cron.d/'],
    ['cron', 42],
    ['systemd-timer', 'billing.service'],
    ['systemd-timer', '--now.timer'],
    ['systemd-timer', 'a b.timer'],
    ['systemd-timer', 'a;reboot.timer'],
    ['systemd-timer', '../x.timer'],
    ['systemd-timer', 'a\nb.timer'],
  ])('of %s is not touched under the name %j', async (system, ref) => {
    const { shell, calls } = answering({});
    const scheduler = new HostBatchScheduler({ system, shell, now });

    await expect(scheduler.hold(lease({ ref }), call)).rejects.toMatchObject({ failure: 'bad-reference' });
    expect(calls).toEqual([]);
  });

  it('needs a host, and exactly one text as its ref', async () => {
    const { shell } = answering({});
    const scheduler = new HostBatchScheduler({ system: 'cron', shell, now });
    const { host: _host, ...homeless } = lease({ path: '/etc/cron.d/a' });

    await expect(scheduler.hold(homeless, call)).rejects.toMatchObject({ failure: 'bad-reference' });
    const two = lease({ path: '/etc/cron.d/a', other: '/etc/cron.d/b' });
    await expect(scheduler.hold(two, call)).rejects.toMatchObject({ failure: 'bad-reference' });
  });

  it('is never called held because a command ended well without saying so', async () => {
    const { shell } = answering({ stdout: 'welcome to db-01\n' });
    const scheduler = new HostBatchScheduler({ system: 'cron', shell, now });

    const hold = scheduler.hold(lease({ path: '/etc/cron.d/a' }), call);

    await expect(hold).rejects.toMatchObject({ failure: 'refused', retryable: true });
  });

  it('is never called held while it is still scheduled', async () => {
    const stdout = formatHoldStatus({ exists: true, scheduled: true, running: 'no', prior: 'scheduled' });
    const scheduler = new HostBatchScheduler({ system: 'cron', shell: answering({ stdout }).shell, now });

    const hold = scheduler.hold(lease({ path: '/etc/cron.d/a' }), call);

    await expect(hold).rejects.toMatchObject({ failure: 'unexpected-answer', retryable: true });
  });

  it('that does not exist is a fault of the CMDB', async () => {
    const shell = new FakeHoldShell();
    shell.add(host.address, new HoldHost(now));
    const scheduler = new HostBatchScheduler({ system: 'cron', shell, now });

    const hold = scheduler.hold(lease({ path: '/etc/cron.d/a' }), call);

    await expect(hold).rejects.toMatchObject({ failure: 'bad-reference', retryable: false });
  });

  it('is held through sudo where the login user is not root', async () => {
    const { shell, calls } = answering({ exitCode: 1, stderr: 'sudo: a password is required\n' });
    const scheduler = new HostBatchScheduler({ system: 'cron', shell, now, useSudo: true });

    const hold = scheduler.hold(lease({ path: '/etc/cron.d/a' }), call);

    await expect(hold).rejects.toThrow(/exit code 1: sudo: a password is required/);
    expect(calls[0]?.slice(0, 5)).toEqual(['sudo', '-n', '--', 'sh', '-c']);
  });

  it('is not held for a time that is over', async () => {
    const { shell, calls } = answering({});
    const scheduler = new HostBatchScheduler({ system: 'cron', shell, now });

    const hold = scheduler.hold(
      { ...lease({ path: '/etc/cron.d/a' }), endsAt: '2026-11-29T22:00:00Z' },
      call,
    );

    await expect(hold).rejects.toMatchObject({ failure: 'refused', retryable: false });
    expect(calls).toEqual([]);
  });
});

describe('the hold protocol', () => {
  it('carries a request to a host and back', () => {
    const request = {
      system: 'cron',
      verb: 'release',
      ref: '/etc/cron.d/a',
      marker: 'patchtide:C1:job-1',
      ttlSeconds: 0,
      prior: 'scheduled',
    } as const;
    expect(parseHoldArgv(encodeHold(request))).toEqual(request);
  });

  it.each([[['sh', '-c', 'true']], [['systemctl', 'stop', 'x']], [[]]])(
    'does not mistake %j for a request',
    (argv) => {
      expect(parseHoldArgv(argv)).toBeUndefined();
    },
  );

  it('finds its line between the noise of a login', () => {
    const status = {
      exists: true,
      scheduled: false,
      running: 'unknown',
      by: { campaign: 'C1', subject: 'j' },
    } as const;
    expect(parseHoldStatus(`motd\n${formatHoldStatus(status)}bye\n`)).toEqual(status);
    expect(parseHoldStatus('patchtide-hold exists=maybe')).toBeUndefined();
  });
});
