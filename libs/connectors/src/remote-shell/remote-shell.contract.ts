import { Unquotable } from './quote';
import {
  ConnectionLost,
  type RemoteHost,
  type RemoteShell,
  type RunOptions,
  TimedOut,
  Unreachable,
} from './remote-shell';

/** A shell and a world to point it at. `cut` drops the connections to the host, whatever runs there. */
export interface RemoteShellWorld {
  shell: RemoteShell;
  host: RemoteHost;
  refusing: RemoteHost;
  cut(): Promise<void>;
  stop(): Promise<void>;
}

function options(more: Partial<RunOptions> = {}): RunOptions {
  return { timeoutMs: 20_000, signal: new AbortController().signal, ...more };
}

/** What every `RemoteShell` promises; run on the fake and on a real sshd. */
export function remoteShellContract(name: string, start: () => Promise<RemoteShellWorld>): void {
  describe(`${name} is a RemoteShell`, () => {
    let world: RemoteShellWorld;
    const run = (argv: string[], more: Partial<RunOptions> = {}) =>
      world.shell.run(world.host, argv, options(more));

    beforeEach(async () => {
      world = await start();
    });
    afterEach(async () => {
      await world.shell.close();
      await world.stop();
    });

    it('gives back what a program wrote and its exit code', async () => {
      expect(await run(['printf', 'hello'])).toEqual({ exitCode: 0, stdout: 'hello', stderr: '' });
    });

    it('takes a non-zero exit code for a result, with what was written to stderr', async () => {
      const result = await run(['sh', '-c', 'echo broken >&2; exit 3']);
      expect(result).toEqual({ exitCode: 3, stdout: '', stderr: 'broken\n' });
    });

    it('hands over arguments untouched, whatever they contain', async () => {
      const nasty = ['a"; rm -rf /', '$(x)', "it's", 'ä ö', '', 'two\nlines', '-n', '*'];
      const { stdout } = await run(['printf', '[%s]', ...nasty]);
      expect(stdout).toBe(nasty.map((word) => `[${word}]`).join(''));
    });

    it('refuses arguments that cannot be handed over', async () => {
      await expect(run(['printf', 'a\0b'])).rejects.toThrow(Unquotable);
    });

    it('feeds stdin and ends it', async () => {
      const text = 'line\n'.repeat(20_000);
      expect((await run(['cat'], { stdin: text })).stdout).toBe(text);
    });

    it('passes on output while the program still runs', async () => {
      const stop = new AbortController();
      const seen = new Promise<string>((resolve) => {
        const onOutput = (chunk: Buffer): void => resolve(chunk.toString());
        const call = run(['sh', '-c', 'echo early; exec sleep 30'], { onOutput, signal: stop.signal });
        call.catch(() => undefined);
      });
      expect(await seen).toBe('early\n');
      stop.abort();
    });

    it('keeps the end of the output when there is more than asked for', async () => {
      let bytes = 0;
      const onOutput = (chunk: Buffer): void => void (bytes += chunk.length);
      const { stdout } = await run(['printf', '%s', '0123456789'.repeat(1000)], {
        maxOutputBytes: 15,
        onOutput,
      });
      expect(stdout).toBe('567890123456789');
      expect(bytes).toBe(10_000);
    });

    it('runs commands on one host side by side, more than a connection has channels', async () => {
      const calls = Array.from({ length: 15 }, (_, n) => run(['printf', '%s', `${n}`]));
      const results = await Promise.all(calls);
      expect(results.map(({ stdout }) => Number(stdout))).toEqual(calls.map((_, n) => n));
    });

    it('says that time is up, and does not call it an exit', async () => {
      const call = run(['sleep', '30'], { timeoutMs: 500 });
      await expect(call).rejects.toThrow(TimedOut);
    });

    it('gives up with the reason of the caller', async () => {
      const stop = new AbortController();
      const call = run(['sleep', '30'], { signal: stop.signal });
      const reason = new Error('the campaign was stopped');
      stop.abort(reason);
      await expect(call).rejects.toBe(reason);
    });

    it('says that a host refuses connections, and that a retry can help', async () => {
      const call = world.shell.run(world.refusing, ['true'], options());
      await expect(call).rejects.toThrow(Unreachable);
      await expect(call).rejects.toMatchObject({ reason: 'refused', retryable: true });
    });

    it('calls a dropped connection lost, neither success nor failure, and connects again for the next command', async () => {
      let isRunning: () => void;
      const running = new Promise<void>((resolve) => (isRunning = resolve));
      const call = run(['sh', '-c', 'echo early; exec sleep 30'], { onOutput: () => isRunning() });
      const lost = expect(call).rejects.toThrow(ConnectionLost);
      await running;
      await world.cut();
      await lost;
      expect((await run(['printf', 'back'])).stdout).toBe('back');
    });

    it('ends what is in flight when it is closed, and starts nothing afterwards', async () => {
      let isRunning: () => void;
      const running = new Promise<void>((resolve) => (isRunning = resolve));
      const call = run(['sh', '-c', 'echo early; exec sleep 30'], { onOutput: () => isRunning() });
      const lost = expect(call).rejects.toThrow(ConnectionLost);
      await running;
      await world.shell.close();
      await lost;
      await expect(run(['true'])).rejects.toMatchObject({ reason: 'closed', retryable: false });
    });
  });
}
