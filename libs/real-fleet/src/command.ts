import { type ChildProcess, spawn } from 'node:child_process';

/** How a command ended and what it printed. `code` is -1 when a signal or the time limit ended it. */
export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  timeoutMs: number;
  input?: string | undefined;
  env?: NodeJS.ProcessEnv;
  /** Gets what the command prints, line by line, while it runs. */
  onLine?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

/** Runs a program to its end; at the time limit or an abort it is killed with its children. Rejects when it cannot start. */
export function run(argv: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const [command = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: '/',
      env: options.env ?? process.env,
      // A group of its own, so that the children of what we start can be ended with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const stopWatching = killInTime(child, options);
    const stdout = collect(child.stdout, options.onLine);
    const stderr = collect(child.stderr, options.onLine);
    // A program that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => {
      stopWatching();
      reject(error);
    });
    child.on('close', (code) => {
      stopWatching();
      resolve({ code: code ?? -1, stdout: stdout(), stderr: stderr() });
    });
    child.stdin.end(options.input ?? '');
  });
}

/** Like `run`, but anything except exit code 0 is an error that shows the end of what was printed; after an abort, its reason. */
export async function runOrThrow(argv: readonly string[], options: CommandOptions): Promise<string> {
  const { code, stdout, stderr } = await run(argv, options);
  if (code === 0) return stdout;
  options.signal?.throwIfAborted();
  const ending = `${stdout}\n${stderr}`.trim().split('\n').slice(-15).join('\n');
  const why = code === -1 ? `did not end within ${options.timeoutMs} ms` : `failed with code ${code}`;
  throw new Error(`\`${argv.join(' ')}\` ${why}:\n${ending}`);
}

function killInTime(child: ChildProcess, options: CommandOptions): () => void {
  const kill = (): void => killGroup(child.pid);
  const timer = setTimeout(kill, options.timeoutMs);
  options.signal?.addEventListener('abort', kill, { once: true });
  if (options.signal?.aborted) kill();
  return () => {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', kill);
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended at this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function collect(stream: NodeJS.ReadableStream, onLine?: (line: string) => void): () => string {
  const chunks: Buffer[] = [];
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    if (!onLine) return;
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
