import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * The guard is a shell beside the program, in the same process group, that reads a pipe from us. When we vanish,
 * even by SIGKILL, the pipe ends: the guard asks the program to stop, waits, and then kills the whole group.
 * `exec` gives the program the shell's process id, so its exit code and signals reach us directly. The double
 * subshell makes the guard nobody's child: Postgres treats the death of an unknown child as a crash.
 */
const GUARD = `
signal=$1 tenths=$2 scratch=$3
shift 3
( (
  while read -r _ <&3; do :; done
  kill -"$signal" $$
  while [ "$tenths" -gt 0 ] && kill -0 $$; do sleep 0.1; tenths=$((tenths - 1)); done
  kill -KILL $$
  if [ -n "$scratch" ]; then rm -rf -- "$scratch"; fi
  kill -KILL 0
) >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
`;

const STOP_TIMEOUT_MS = 10_000;

export interface GuardedOptions {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
  /** Standard output and error are appended to this file. */
  log: string;
  /** The signal that asks the program to stop; it has `stopTimeoutMs` before SIGKILL. */
  stopSignal?: 'SIGTERM' | 'SIGINT';
  stopTimeoutMs?: number;
  /** A temporary directory that the guard removes when we vanish without having stopped the program. */
  scratch?: string | undefined;
}

/** How a process ended. */
export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A child process that cannot outlive us: it is stopped on request, and by its guard when we die in any way. */
export interface GuardedProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  /** How it ended, or undefined while it runs. */
  readonly ended: () => Exit | undefined;
  /** The last lines of its log, for error messages. */
  readonly logTail: (lines?: number) => string;
  /** Asks it to stop, kills it after the time limit, and returns when it is gone. */
  readonly stop: () => Promise<Exit>;
  /** SIGKILL, and returns when it is gone. */
  readonly kill: () => Promise<Exit>;
}

/**
 * Starts a program under guard. It does not keep our own process alive: when we have nothing else to do, we end and
 * the guard stops it. Rejects when the shell cannot be started.
 */
export async function startGuarded(options: GuardedOptions): Promise<GuardedProcess> {
  const child = spawnWithGuard(options);
  const pid = await pidOf(child);
  let ended: Exit | undefined;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      ended = { code, signal };
      killGroup(pid);
      resolve(ended);
    });
  });
  const kill = (signal: NodeJS.Signals): Promise<Exit> => {
    child.ref();
    if (!ended) child.kill(signal);
    return exited;
  };
  const stop = async (): Promise<Exit> => {
    const timer = setTimeout(() => void kill('SIGKILL'), options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    return kill(options.stopSignal ?? 'SIGTERM').finally(() => clearTimeout(timer));
  };
  const logTail = (lines = 15): string => tailOf(options.log, lines);
  return { pid, exited, ended: () => ended, logTail, stop, kill: () => kill('SIGKILL') };
}

function spawnWithGuard(options: GuardedOptions): ChildProcess {
  const { command, args, log, stopSignal, stopTimeoutMs, scratch, ...rest } = options;
  const signal = (stopSignal ?? 'SIGTERM').slice('SIG'.length);
  const tenths = String(Math.ceil((stopTimeoutMs ?? STOP_TIMEOUT_MS) / 100));
  const logFile = openSync(log, 'a', 0o600);
  try {
    // A session of its own: Ctrl-C in the terminal reaches us only, and we stop things in the right order.
    return spawn('/bin/sh', ['-c', GUARD, 'guard', signal, tenths, scratch ?? '', command, ...args], {
      cwd: '/',
      ...rest,
      detached: true,
      stdio: ['ignore', logFile, logFile, 'pipe'],
    });
  } finally {
    closeSync(logFile);
  }
}

async function pidOf(child: ChildProcess): Promise<number> {
  const pipe = child.stdio[3] as Socket | undefined;
  // The pipe says nothing; without a listener its reset at the program's death would be an uncaught error.
  pipe?.on('error', () => undefined);
  await once(child, 'spawn');
  child.unref();
  pipe?.unref();
  return child.pid ?? 0;
}

/** Ends the guard and whatever the program left behind; an empty group is what we want, not an error. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function tailOf(file: string, lines: number): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
