import { FakeShell, type FakeCall } from './fake-shell';
import { remoteShellContract } from './remote-shell.contract';
import type { CommandResult } from './remote-shell';

function untilGivenUp(signal: AbortSignal): Promise<Partial<CommandResult>> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({})));
}

/** The few programs that the contract uses. */
function unix({
  argv,
  stdin,
  write,
  signal,
}: FakeCall): Partial<CommandResult> | Promise<Partial<CommandResult>> {
  const [program, first = '', ...rest] = argv;
  if (program === 'cat') return { stdout: stdin };
  if (program === 'printf') {
    return {
      stdout: rest.length === 0 ? first : rest.map((word) => first.replace('%s', () => word)).join(''),
    };
  }
  if (program === 'sleep') return untilGivenUp(signal);
  if (rest[0]?.startsWith('echo early')) {
    write('early\n');
    return untilGivenUp(signal);
  }
  return rest[0]?.startsWith('echo broken') ? { exitCode: 3, stderr: 'broken\n' } : {};
}

remoteShellContract('FakeShell', async () => {
  const shell = new FakeShell(unix);
  const host = { address: '10.1.0.11', port: 22 };
  const refusing = { address: '10.1.0.12', port: 22 };
  shell.breakHost(refusing.address);
  return { shell, host, refusing, cut: async () => shell.cut(host.address), stop: async () => undefined };
});

describe('FakeShell', () => {
  it('remembers what it was asked to run, and where', async () => {
    const shell = new FakeShell(() => ({ stdout: 'active' }));
    const host = { address: 'a', port: 22 };
    await shell.run(host, ['systemctl', 'is-active', 'x'], {
      timeoutMs: 1000,
      signal: new AbortController().signal,
    });
    expect(shell.calls).toEqual([{ host, argv: ['systemctl', 'is-active', 'x'], stdin: '' }]);
  });
});
