import { readFile } from 'node:fs/promises';
import { type RunningSshd, startSshd } from '@patchtide/embedded';
import { HostKeys } from './host-keys';
import { ConnectionLost, type Resident, type RunOptions, TimedOut } from './remote-shell';
import { SshShell } from './ssh-shell';

const address = '127.0.2.1';

/** Answers each request with its own process id and the request's first word; `wait` is not answered. */
const PROGRAM = `echo noise of a login; echo patchtide-serve
while IFS= read -r line; do
  case $line in
    .*) word=\${line#.} ;;
    '!')
      [ "$word" != wait ] || sleep 60
      echo "said $word"; echo patchtide-output 4; printf 'a\\nb\\n'; echo "pid $$"; echo patchtide-answered 3
      ;;
  esac
done`;

describe('a resident on a real sshd', () => {
  let sshd: RunningSshd;
  let shell: SshShell;

  beforeAll(async () => {
    sshd = await startSshd({ addresses: [address] });
  });
  beforeEach(async () => {
    const privateKey = await readFile(sshd.privateKey);
    shell = new SshShell({ user: sshd.user, privateKey, hostKeys: HostKeys.parse(sshd.knownHosts) });
  });
  afterEach(() => shell.close());
  afterAll(() => sshd.stop());

  const resident = (word: string, program = PROGRAM): Resident => ({
    argv: ['sh', '-c', program],
    request: [word],
    isMissing: ({ exitCode }) => exitCode === 127,
  });
  const ask = (asked: Resident, more: Partial<RunOptions> = {}) => {
    const options = { timeoutMs: 20_000, signal: new AbortController().signal, resident: asked, ...more };
    return shell.run({ address, port: sshd.port }, ['echo', 'by itself'], options);
  };
  const pidIn = (stderr: string) => /^pid (\d+)$/m.exec(stderr)?.[1];

  it('answers instead of the arguments, one for all calls that come one after the other', async () => {
    let output = '';
    const first = await ask(resident('x'), { onOutput: (chunk) => (output += chunk.toString()) });
    const second = await ask(resident('y'));
    expect(first).toMatchObject({ exitCode: 3, stdout: 'a\nb\n' });
    expect(output).toBe('a\nb\n');
    expect([first.stderr, second.stderr]).toEqual([
      expect.stringContaining('said x\n'),
      expect.not.stringContaining('said x\n'),
    ]);
    expect(pidIn(second.stderr)).toBe(pidIn(first.stderr));
  });

  it('takes turns where there are more calls than a connection has channels, and makes room for plain ones', async () => {
    const calls = Array.from({ length: 20 }, (_, n) => ask(resident(`${n}`)));
    const words = (await Promise.all(calls)).map(({ stderr }) => /^said (\d+)$/m.exec(stderr)?.[1]);
    expect(words).toEqual(calls.map((_, n) => `${n}`));
    const options = { timeoutMs: 20_000, signal: new AbortController().signal };
    const plain = Array.from({ length: 12 }, () =>
      shell.run({ address, port: sshd.port }, ['echo', 'x'], options),
    );
    for (const { stdout } of await Promise.all(plain)) expect(stdout).toBe('x\n');
  });

  it.each(['exit 0', 'echo hello', 'exit 1'])('is done without where %j is all it does', async (program) => {
    expect(await ask(resident('x', program))).toMatchObject({ exitCode: 0, stdout: 'by itself\n' });
    expect(await ask(resident('x'))).toMatchObject({ exitCode: 0, stdout: 'by itself\n' });
  });

  it('is said to be missing where it is', async () => {
    expect(await ask(resident('x', 'no-such-program'))).toMatchObject({
      exitCode: 127,
      stderr: expect.stringContaining('not found') as string,
    });
    expect(await ask(resident('x'))).toMatchObject({ exitCode: 3 });
  });

  it('is left when the time is up, and the next call has another one', async () => {
    const first = await ask(resident('x'));
    await expect(ask(resident('wait'), { timeoutMs: 300 })).rejects.toThrow(TimedOut);
    const next = await ask(resident('x'));
    expect(pidIn(next.stderr)).not.toBe(pidIn(first.stderr));
  });

  it('that ends in the middle of an answer is lost, neither success nor failure', async () => {
    const dying = 'echo patchtide-serve; read -r line; echo patchtide-output 9; printf half';
    await expect(ask(resident('x', dying))).rejects.toThrow(ConnectionLost);
  });

  it('is lost with its connection', async () => {
    await ask(resident('x'));
    const lost = expect(ask(resident('wait'))).rejects.toThrow(ConnectionLost);
    await sshd.cutConnections(address);
    await lost;
    expect(await ask(resident('x'))).toMatchObject({ exitCode: 3 });
  });
});
