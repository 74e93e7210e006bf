import { readFile } from 'node:fs/promises';
import { type FindingCode, judge, type Question } from '@patchtide/domain';
import { describeRealFleet, type RealFleet, type RealHost, startRealFleet } from '@patchtide/real-fleet';
import { HostKeys, SshShell } from '../remote-shell';
import { HostDoctor } from './host-doctor';

const HOLD_LOCK = `use Fcntl; $0 = "apt-get"; open my $file, "+<", "/var/lib/dpkg/lock-frontend" or die;
my $whole = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl($file, F_SETLK, $whole) or die; sleep 3600`;
const BROKEN = `mkdir -p /tmp/broken/DEBIAN
printf '%s\\n' 'Package: broken' 'Version: 1' 'Architecture: all' 'Maintainer: x <x@example.org>' 'Description: x' >/tmp/broken/DEBIAN/control
printf '#!/bin/sh\\nexit 1\\n' >/tmp/broken/DEBIAN/postinst; chmod 755 /tmp/broken/DEBIAN/postinst
dpkg-deb -b /tmp/broken /tmp/broken.deb; dpkg -i /tmp/broken.deb || true`;

describeRealFleet('@doctor on booted hosts', () => {
  let fleet: RealFleet;
  let host: RealHost;
  let shell: SshShell;

  beforeAll(async () => {
    fleet = await startRealFleet({ hosts: [{ name: 'well' }] });
    host = fleet.host('well');
    shell = new SshShell({
      user: fleet.user,
      privateKey: await readFile(fleet.privateKeyPath),
      hostKeys: await HostKeys.load(fleet.knownHostsPath),
      useSudo: true,
    });
  }, 1_500_000);
  afterAll(async () => {
    await shell.close();
    await fleet.stop();
  });

  async function codes(more: Partial<Question> = {}): Promise<FindingCode[]> {
    const { name, address, port } = host;
    const server = { id: name, name, address, port, os: 'debian-12' };
    const question: Question = {
      server,
      method: 'apt',
      units: ['ssh.service'],
      programs: [],
      lockSeconds: null,
      ...more,
    };
    const seen = await new HostDoctor(shell).examine(question, new AbortController().signal);
    expect(seen.bootId).toBe(await host.bootId());
    return (judge([seen])[0]?.findings ?? []).map(({ code }) => code);
  }

  it('finds nothing on a fresh host, by sudo and with the clock read', async () => {
    expect(await codes()).toEqual([]);
    expect(await codes({ method: 'auto' })).toEqual([]);
  });

  it('finds units that are masked, missing and down, and what has failed', async () => {
    await host.writeFile('/etc/systemd/system/app.service', '[Service]\nExecStart=/bin/false\n');
    await host.writeFile('/etc/systemd/system/bad.service', '[Service]\nExecStart=not/absolute\n');
    await host.exec(['systemctl', 'daemon-reload']);
    await host.exec(['systemctl', 'mask', 'cron-apt.service']);
    await host.exec(['systemctl', 'start', 'app.service']);
    const units = ['app.service', 'bad.service', 'cron-apt.service', 'nosuch.service'];
    expect(await codes({ units })).toEqual([
      'unit-broken',
      'unit-masked',
      'unit-missing',
      'system-degraded',
      'unit-inactive',
    ]);
    await host.exec(['systemctl', 'reset-failed']);
  });

  it('finds who holds the lock of apt, and does not call packages broken that somebody is changing', async () => {
    await host.exec(['systemd-run', '--unit', 'holder', 'perl', '-e', HOLD_LOCK]);
    const held = await codes({ lockSeconds: 3600 });
    await host.exec(['systemctl', 'stop', 'holder']);
    expect(held).toEqual(['lock-held']);
    expect(await codes()).toEqual([]);
  });

  it('finds a timer that updates the host by itself', async () => {
    await host.writeFile('/etc/apt/apt.conf.d/20auto-upgrades', 'APT::Periodic::Unattended-Upgrade "1";\n');
    await host.exec(['systemctl', 'start', 'apt-daily-upgrade.timer']);
    expect(await codes()).toEqual(['unattended-upgrades']);
    await host.exec(['systemctl', 'stop', 'apt-daily-upgrade.timer']);
  });

  it('finds a package whose script failed, and a reboot that is due', async () => {
    await host.exec(['sh', '-c', BROKEN]);
    await host.writeFile('/run/reboot-required', '');
    expect(await codes()).toEqual(['half-configured', 'reboot-pending']);
  });
});
