import { readFile } from 'node:fs/promises';
import { freePort, type RunningSshd, startSshd } from '@patchtide/embedded';
import { HostKeys } from './host-keys';
import { remoteShellContract } from './remote-shell.contract';
import { Unreachable, type RunOptions } from './remote-shell';
import { SshShell, type SshShellOptions } from './ssh-shell';

const addresses = Array.from({ length: 60 }, (_, n) => `127.0.2.${n + 1}`);
const address = '127.0.2.1';

let sshd: RunningSshd;
let privateKey: Buffer;

beforeAll(async () => {
  sshd = await startSshd({ addresses });
  privateKey = await readFile(sshd.privateKey);
});
afterAll(() => sshd.stop());

function shellWith(more: Partial<SshShellOptions> = {}): SshShell {
  const hostKeys = HostKeys.parse(sshd.knownHosts);
  return new SshShell({ user: sshd.user, privateKey, hostKeys, ...more });
}

remoteShellContract('SshShell', async () => {
  const closed = await freePort();
  const key = sshd.knownHosts.split('\n')[0]?.split(' ').slice(1).join(' ') ?? '';
  const hostKeys = HostKeys.parse(`${sshd.knownHosts}[${address}]:${closed} ${key}\n`);
  return {
    shell: shellWith({ hostKeys }),
    host: { address, port: sshd.port },
    refusing: { address, port: closed },
    cut: () => sshd.cutConnections(address),
    stop: async () => undefined,
  };
});

describe('SshShell', () => {
  let shell: SshShell;
  const options: RunOptions = { timeoutMs: 60_000, signal: new AbortController().signal };
  const host = () => ({ address, port: sshd.port });
  const anotherKey = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.alloc(36, 7),
  ]);

  afterEach(() => shell.close());

  it('refuses a host without a pinned key and says how to pin it', async () => {
    shell = shellWith({ hostKeys: HostKeys.parse('') });
    const call = shell.run(host(), ['true'], options);
    await expect(call).rejects.toMatchObject({ reason: 'host-key-unknown', retryable: false });
    await expect(call).rejects.toThrow(/ssh-keyscan -p \d+ 127\.0\.2\.1/);
  });

  it('refuses a host that presents another key than the pinned one', async () => {
    const text = `[${address}]:${sshd.port} ssh-ed25519 ${anotherKey.toString('base64')}`;
    shell = shellWith({ hostKeys: HostKeys.parse(text) });
    const call = shell.run(host(), ['true'], options);
    await expect(call).rejects.toMatchObject({ reason: 'host-key-changed', retryable: false });
  });

  it('does not retry a login that was refused', async () => {
    shell = shellWith({ user: 'nobody-at-all' });
    const call = shell.run(host(), ['true'], options);
    await expect(call).rejects.toMatchObject({ reason: 'authentication', retryable: false });
  });

  it.each(['-oProxyCommand=x', 'a b', 'a;b', '', '[::1]'])('does not take %j for an address', async (bad) => {
    shell = shellWith();
    const call = shell.run({ address: bad, port: 22 }, ['true'], options);
    await expect(call).rejects.toMatchObject({ reason: 'bad-address', retryable: false });
  });

  it('gives up a login in time when the host does not answer', async () => {
    shell = shellWith();
    const call = shell.run(host(), ['true'], { ...options, timeoutMs: 1 });
    await expect(call).rejects.toThrow(Unreachable);
  });

  it('runs everything through sudo when told so', async () => {
    shell = shellWith({ useSudo: true });
    const { stdout } = await shell.run(host(), ['printf', '%s', "it's"], options);
    expect(stdout).toBe("it's");
    expect(await sshd.host(address).executions('sudo')).toMatchObject([{ args: "-n -- printf %s it's" }]);
  });

  it('does not start with a private key that it cannot use', () => {
    expect(() => new SshShell({ user: 'x', privateKey: 'nonsense', hostKeys: HostKeys.parse('') })).toThrow(
      /private key/,
    );
    shell = shellWith();
  });

  it('reports the signal that ended a program as a shell does', async () => {
    shell = shellWith();
    const { exitCode } = await shell.run(host(), ['sh', '-c', 'kill -KILL $$'], options);
    expect(exitCode).toBe(137);
  });

  it('uses one connection for all commands on a host', async () => {
    shell = shellWith();
    const ask = () => shell.run(host(), ['sh', '-c', 'echo $SSH_CONNECTION'], options);
    const answers = await Promise.all(Array.from({ length: 12 }, ask));
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(1);
  });

  it('answers on an open connection without waiting for Nagle', async () => {
    shell = shellWith();
    await shell.run(host(), ['true'], options);
    const begin = performance.now();
    for (let n = 0; n < 20; n += 1) await shell.run(host(), ['true'], options);
    expect((performance.now() - begin) / 20).toBeLessThan(40);
  });

  it('logs in to 60 hosts at once without losing one to the limits that Debian ships', async () => {
    shell = shellWith();
    const calls = addresses.map((each) => shell.run({ address: each, port: sshd.port }, ['true'], options));
    const codes = (await Promise.all(calls)).map(({ exitCode }) => exitCode);
    expect(codes).toEqual(addresses.map(() => 0));
  });

  it('closes a connection that nobody uses', async () => {
    shell = shellWith({ idleMs: 50 });
    const ask = () => shell.run(host(), ['sh', '-c', 'echo $SSH_CONNECTION'], options);
    const { stdout } = await ask();
    const deadline = Date.now() + 10_000;
    let later = stdout;
    for (let waitMs = 60; later === stdout && Date.now() < deadline; waitMs += 20) {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      later = (await ask()).stdout;
    }
    expect(later).not.toBe(stdout);
  });
});
