import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command';
import { type RunningSshd, startSshd } from './sshd';
import { waitUntil } from './wait-until';

const addresses = ['127.0.2.1', '127.0.2.2'];
const [first, second] = ['127.0.2.1', '127.0.2.2'];

describe('startSshd', () => {
  let sshd: RunningSshd;

  beforeAll(async () => {
    sshd = await startSshd({ addresses });
    await writeFile(join(sshd.root, 'known_hosts'), sshd.knownHosts);
  });
  afterAll(() => sshd.stop());

  function sshArgs(address: string, line: string): string[] {
    const known = `UserKnownHostsFile=${join(sshd.root, 'known_hosts')}`;
    const options = [
      '-o',
      known,
      '-o',
      'StrictHostKeyChecking=yes',
      '-o',
      'BatchMode=yes',
      '-o',
      'LogLevel=ERROR',
    ];
    return [
      '-F',
      'none',
      ...options,
      '-i',
      sshd.privateKey,
      '-p',
      `${sshd.port}`,
      `${sshd.user}@${address}`,
      line,
    ];
  }
  const ssh = (address: string, line: string) =>
    runCommand('ssh', sshArgs(address, line), { timeoutMs: 20_000 });

  it('is a host of its own at every address', async () => {
    await sshd.host(first).setUnit('crm.service', 'active');
    expect(await ssh(first, 'systemctl is-active crm')).toEqual({ code: 0, output: 'active\n' });
    expect((await ssh(second, 'systemctl is-active crm')).code).toBe(3);
    const boots = await Promise.all(
      addresses.map((address) => ssh(address, 'cat "$PATCHTIDE_BOOT_ID_FILE"')),
    );
    expect(new Set(boots.map(({ output }) => output)).size).toBe(2);
  });

  it('lets nobody in at addresses it was not started for', async () => {
    const port = `${sshd.port}`;
    const line = [
      '-F',
      'none',
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      'UserKnownHostsFile=/dev/null',
      '-o',
      'BatchMode=yes',
    ];
    const { code, output } = await runCommand(
      'ssh',
      [...line, '-i', sshd.privateKey, '-p', port, `${sshd.user}@127.0.2.9`, 'echo in'],
      { timeoutMs: 20_000 },
    );
    expect(code).toBe(255);
    expect(output).toContain('Permission denied');
  });

  it('stops and starts units, fails as often as it was told to, and writes every execution down', async () => {
    const host = sshd.host(first);
    await host.setUnit('db.service', 'active');
    await host.set('faults/stop-db.service', 1);
    expect((await ssh(first, 'systemctl stop db')).code).toBe(1);
    expect((await ssh(first, 'systemctl stop db')).code).toBe(0);
    expect(await host.unit('db.service')).toBe('inactive');
    expect((await ssh(first, 'systemctl stop nosuch')).code).toBe(5);
    expect((await ssh(first, 'systemctl show -p LoadState --value nosuch')).output).toBe('not-found\n');
    const stops = (await host.executions('systemctl')).filter(({ args }) => args.startsWith('stop'));
    expect(stops.map(({ args }) => args)).toEqual(['stop db', 'stop db', 'stop nosuch']);
  });

  it('upgrades packages and shows the new versions', async () => {
    await sshd.host(first).setPackage('linux-image-amd64', '6.1.1-1', '6.1.2-1');
    expect((await ssh(first, 'apt-get -y -o DPkg::Lock::Timeout=60 upgrade')).code).toBe(0);
    const { output } = await ssh(first, `dpkg-query -W -f '\${Package} \${Version}\\n' openssl tzdata`);
    expect(output).toBe('openssl 3.0.17-1\ntzdata 2025b-0\n');
    expect(await sshd.host(first).get('reboot-required')).toBeDefined();
    expect(await sshd.host(first).get('apt-history')).toContain('openssl\t3.0.15-1\t3.0.17-1');
    expect(await sshd.host(second).get('packages/openssl')).toBe('3.0.15-1');
  });

  it('goes down at a reboot, with everything that runs there, and comes back with another boot id', async () => {
    const host = sshd.host(first);
    const before = await host.get('boot-id');
    await host.setUnit('web.service', 'active');
    await host.set('shutdown-seconds', 1);
    const session = spawn('ssh', sshArgs(first, 'echo up; exec sleep 60'));
    const neighbour = spawn('ssh', sshArgs(second, 'echo up; exec sleep 60'));
    const ended = new Promise((resolve) => session.once('exit', resolve));
    const neighbourEnded = new Promise((resolve) => neighbour.once('exit', resolve));
    await Promise.all(
      [session, neighbour].map((s) => new Promise((resolve) => s.stdout.once('data', resolve))),
    );
    expect((await ssh(first, 'systemctl reboot')).code).toBe(0);
    expect((await ssh(first, 'cat "$PATCHTIDE_BOOT_ID_FILE"')).output).toBe(`${before}\n`);
    expect(await ended).toBe(255);
    expect((await ssh(first, 'true')).code).toBe(255);
    await waitUntil(async () => (await ssh(first, 'true')).code === 0, {
      timeoutMs: 10_000,
      what: 'the host',
    });
    expect(await host.get('boot-id')).not.toBe(before);
    expect(await host.unit('web.service')).toBe('inactive');
    expect(await host.get('reboot-required')).toBeUndefined();
    expect(neighbour.exitCode).toBeNull();
    await sshd.cutConnections(second);
    expect(await neighbourEnded).toBe(255);
  });
});
