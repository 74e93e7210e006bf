import { waitUntil } from '@patchtide/embedded';
import { canConnect } from './can-connect';
import { describeRealFleet } from './describe-real-fleet';
import type { RealFleet } from './real-fleet';
import type { RealHost } from './real-host';
import { startRealFleet } from './start-real-fleet';
import { ssh } from './testing/ssh';

const PACKAGES = ['pt-conffile', 'pt-badpost', 'pt-reboot'];
const UPGRADE =
  'sudo -n sh -c "apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y upgrade" </dev/null';

describeRealFleet('a real host', () => {
  let fleet: RealFleet;
  let first: RealHost;
  let second: RealHost;

  beforeAll(async () => {
    fleet = await startRealFleet({
      hosts: [{ name: 'first', packages: PACKAGES }, { name: 'second' }],
    });
    first = fleet.host('first');
    second = fleet.host('second');
  }, 1_500_000);
  afterAll(() => fleet?.stop());
  beforeEach(async () => {
    await fleet.publish('1');
    await fleet.publish('1', { archive: 'security' });
  });

  const rebooted = async (host: RealHost): Promise<void> => {
    const before = await host.bootId();
    await host.exec(['systemctl', 'reboot']);
    await waitUntil(async () => (await host.bootId().catch(() => before)) !== before, {
      timeoutMs: 60_000,
      what: 'another boot id',
    });
    await host.untilUp();
  };

  it('runs systemd as its first process and has a name, a machine id and a boot id of its own', async () => {
    const facts = (host: RealHost): Promise<string> =>
      host.execOrThrow([
        'sh',
        '-c',
        'cat /proc/1/comm /etc/machine-id; hostname; cat /proc/sys/kernel/random/boot_id',
      ]);
    const [one = [], two = []] = (await Promise.all([facts(first), facts(second)])).map((text) =>
      text.trim().split('\n'),
    );
    expect([one[0], one[2]]).toEqual(['systemd', 'first']);
    expect([two[0], two[2]]).toEqual(['systemd', 'second']);
    expect(one[1]).not.toBe(two[1]);
    expect(one[3]).toBe(await first.bootId());
    expect(one[3]).not.toBe(two[3]);
  });

  it('lets in the fleet’s key, shows the pinned host key, and gives the login user every right', async () => {
    const { code, stdout } = await ssh(fleet, first, 'id -un; sudo -n id -un; hostname');
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'patchtide\nroot\nfirst\n' });
    expect(first.hostKey).not.toBe(second.hostKey);
  });

  it('runs a command from outside with its input, both outputs and its exit code', async () => {
    const script = 'read -r line; echo "got $line"; echo "arg $1" >&2; exit 7';
    const result = await first.exec(['sh', '-c', script, 'x', 'a "b" $c'], { input: 'a line\n' });
    expect(result).toEqual({ code: 7, stdout: 'got a line\n', stderr: 'arg a "b" $c\n' });
  });

  it('kills a command from outside that takes longer than it may', async () => {
    expect((await first.exec(['sleep', '300'], { timeoutMs: 300 })).code).toBe(-1);
    const gone = async (): Promise<boolean> => (await first.exec(['pgrep', '-x', 'sleep'])).code === 1;
    await waitUntil(gone, { timeoutMs: 5_000, what: 'sleep to be gone' });
  });

  it('tells the state of a unit, also of one that does not exist', async () => {
    expect(await first.unitState('ssh.service')).toBe('active');
    expect(await first.unitState('nginx.service')).toBe('inactive');
    expect(await first.unitState('no-such.service')).toBe('not-found');
  });

  it('upgrades a package when release 2 is published, and only on the hosts that are offered it', async () => {
    await first.publish('2', { only: ['pt-reboot'] });
    expect((await ssh(fleet, first, UPGRADE)).code).toBe(0);
    expect(await first.packageVersion('pt-reboot')).toBe('2.0');
    expect(await first.packageVersion('pt-badpost')).toBe('1.0');
    expect(await first.readFile('/run/reboot-required.pkgs')).toBe('pt-reboot\n');
    const policy = await second.execOrThrow(['sh', '-c', 'apt-get -q update; apt-cache policy pt-reboot']);
    expect(policy).toContain('Candidate: 1.0');
    await first.reset();
    expect(await first.packageVersion('pt-reboot')).toBe('1.0');
  });

  it('shows what is published as security updates as coming from Debian’s security archive', async () => {
    await first.publish('2', { only: ['pt-reboot'], archive: 'security' });
    const plan = await first.execOrThrow(['sh', '-c', 'apt-get -q update && apt-get -s upgrade']);
    expect(plan).toMatch(/^Inst pt-reboot \[1.0\] \(2.0 Debian-Security:/m);
  });

  it('prompts for a changed configuration file and leaves a package with a failing script half configured', async () => {
    await first.writeFile('/etc/pt-conffile.conf', 'setting = by-the-admin\n');
    await first.publish('2');
    const { code, stdout, stderr } = await ssh(fleet, first, UPGRADE);
    expect(code).toBe(100);
    expect(stdout + stderr).toContain("Configuration file '/etc/pt-conffile.conf'");
    await ssh(fleet, first, 'sudo -n dpkg --force-confold --configure -a </dev/null');
    expect(await first.packageVersion('pt-conffile')).toBe('2.0');
    expect(await first.packageVersion('pt-badpost')).toBeUndefined();
    expect(await first.execOrThrow(['dpkg', '--audit'])).toContain('pt-badpost');
    await first.reset();
    expect(await first.packageVersion('pt-badpost')).toBe('1.0');
  });

  it('comes back from a reboot with another boot id and the files it had', async () => {
    const boots = first.bootCount;
    await first.writeFile('/root/note', 'kept');
    await rebooted(first);
    expect(first.bootCount).toBe(boots + 1);
    expect(await first.readFile('/root/note')).toBe('kept');
    expect(first.history.slice(-3).map(({ what }) => what)).toEqual(['reboot', 'boot', 'up']);
  });

  it('whose boot is held does not come back until it is released', async () => {
    second.holdBoot();
    await second.exec(['systemctl', 'reboot']);
    await waitUntil(() => second.history.at(-1)?.what === 'boot held', {
      timeoutMs: 60_000,
      what: 'it to go down',
    });
    await expect(second.exec(['true'])).rejects.toThrow('second is down');
    expect(await canConnect(second.address, second.port)).toBe(false);
    second.releaseBoot();
    await second.untilUp();
    expect((await ssh(fleet, second, 'true')).code).toBe(0);
  });

  it('whose power was cut stays away, and comes back with what it had written', async () => {
    await second.writeFile('/root/note', 'written');
    await second.cutPower();
    expect(await canConnect(second.address, second.port)).toBe(false);
    await second.powerOn();
    expect(await second.readFile('/root/note')).toBe('written');
  });

  it('whose power is cut while it shuts down boots again as well', async () => {
    await second.exec(['systemctl', 'reboot']);
    const shutsDown = (): Promise<boolean> =>
      second.bootId().then(
        () => false,
        () => true,
      );
    await waitUntil(shutsDown, { timeoutMs: 30_000, what: 'it to shut down', intervalMs: 1 });
    await second.cutPower();
    await second.powerOn();
    expect((await ssh(fleet, second, 'true')).code).toBe(0);
  });

  it('that is frozen takes connections and says nothing, until it thaws', async () => {
    await second.freeze();
    expect(await canConnect(second.address, second.port)).toBe(true);
    expect((await ssh(fleet, second, 'true', 1_500)).code).toBe(-1);
    await second.thaw();
    expect((await ssh(fleet, second, 'true')).code).toBe(0);
    await second.freeze();
    await second.reset();
    expect((await ssh(fleet, second, 'true')).code).toBe(0);
  });

  it('whose sshd is killed refuses connections while what was started runs on', async () => {
    const session = ssh(fleet, second, 'sleep 300');
    const sleeps = async (): Promise<boolean> => (await second.exec(['pgrep', '-x', 'sleep'])).code === 0;
    await waitUntil(sleeps, { timeoutMs: 10_000, what: 'sleep to run' });
    await second.cutSsh();
    expect((await session).code).toBe(255);
    expect(await canConnect(second.address, second.port)).toBe(false);
    expect(await sleeps()).toBe(true);
    await second.restoreSsh();
    expect((await ssh(fleet, second, 'pkill -x sleep')).code).toBe(0);
  });

  it('with a full disk cannot write a byte, until the disk is free again', async () => {
    const write = async (): Promise<number> =>
      (await second.exec(['sh', '-c', 'echo text >/root/probe'])).code;
    await second.fillDisk();
    expect(await write()).not.toBe(0);
    await second.freeDisk();
    expect(await write()).toBe(0);
  });

  it('whose dpkg lock is held lets no upgrade begin, until it is free', async () => {
    await first.lockDpkg();
    const { code, stderr } = await first.exec(['apt-get', '-q', '-y', 'autoremove']);
    expect({ code, stderr }).toEqual({ code: 100, stderr: expect.stringContaining('lock-frontend') });
    await first.unlockDpkg();
    expect((await first.exec(['apt-get', '-q', '-y', 'autoremove'])).code).toBe(0);
  });

  it('goes back to the state that was saved', async () => {
    await second.writeFile('/root/state', 'saved');
    await second.save();
    await second.writeFile('/root/state', 'spoiled');
    await second.reset();
    expect(await second.readFile('/root/state')).toBe('saved');
  });
});
