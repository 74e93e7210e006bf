import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GuardedProcess, startGuarded } from './guarded-process';
import { firstJsonLine, startTypescriptChild } from './typescript-child';
import { waitUntil } from './wait-until';

const STUBBORN = `trap '' TERM; sleep 300 & echo ready $! >&2; while :; do sleep 0.1; done`;

// A zombie is dead, but kill(pid, 0) still finds it.
const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

describe('a guarded process', () => {
  let directory: string;
  let log: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'patchtide-guard-'));
    log = join(directory, 'log');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const shell = (script: string): Promise<GuardedProcess> =>
    startGuarded({ command: '/bin/sh', args: ['-c', script], log, stopTimeoutMs: 300 });
  const grandchildPid = (): Promise<number> =>
    waitUntil(() => Number(/ready (\d+)/.exec(readFileSync(log, 'utf8'))?.[1] ?? 0), {
      timeoutMs: 5_000,
      what: 'the grandchild',
    });

  it('passes on the exit code and the output', async () => {
    const guarded = await shell('echo hello; exit 7');
    expect(await guarded.exited).toEqual({ code: 7, signal: null });
    expect(guarded.ended()).toEqual({ code: 7, signal: null });
    expect(guarded.logTail()).toBe('hello');
  });

  it('gets exactly the arguments it was given', async () => {
    const awkward = ['a b', `"; touch x '$(id)`, '', '*', 'ä\nö'];
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const guarded = await startGuarded({ command: process.execPath, args: ['-e', script, ...awkward], log });
    await guarded.exited;
    expect(JSON.parse(readFileSync(log, 'utf8'))).toEqual(awkward);
  });

  it('that ignores the request to stop is killed after the time limit, with its own children', async () => {
    const guarded = await shell(STUBBORN);
    const grandchild = await grandchildPid();
    expect(await guarded.stop()).toEqual({ code: null, signal: 'SIGKILL' });
    await waitUntil(() => !isRunning(grandchild), { timeoutMs: 2_000, what: 'the grandchild to end' });
  });

  it('that ignores the request to stop does not survive our own SIGKILL either', async () => {
    const child = startTypescriptChild(`
      embedded.startGuarded({ command: '/bin/sh', args: ['-c', ${JSON.stringify(STUBBORN)}],
        log: ${JSON.stringify(log)}, stopTimeoutMs: 300 }).then(({ pid }) => console.log(JSON.stringify(pid)));
      setInterval(() => undefined, 1000);`);
    const pid = await firstJsonLine<number>(child);
    const grandchild = await grandchildPid();
    child.kill('SIGKILL');
    await waitUntil(() => !isRunning(pid) && !isRunning(grandchild), {
      timeoutMs: 3_000,
      what: 'both to end',
    });
  });

  it('whose program does not exist ends with code 127 and saying so', async () => {
    const guarded = await startGuarded({ command: '/no/such/program', args: [], log });
    expect((await guarded.exited).code).toBe(127);
    expect(guarded.logTail()).toContain('/no/such/program');
  });
});
