import { spawn, type SpawnOptions } from 'node:child_process';

/** How a command ended and what it printed; `code` is -1 when a signal or the time limit ended it. */
export interface CommandResult {
  code: number;
  output: string;
}

export interface CommandOptions extends Pick<SpawnOptions, 'uid' | 'gid' | 'env'> {
  timeoutMs: number;
  input?: string;
}

/** Runs a program to its end. Rejects only when it cannot be started at all; a failure is in `code`. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { timeoutMs, input, ...rest } = options;
  return new Promise((resolve, reject) => {
    // cwd is the root because the current directory may be closed to the user we switch to.
    const child = spawn(command, args, {
      ...rest,
      cwd: '/',
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A program that ends without reading its input is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code: code ?? -1, output: Buffer.concat(chunks).toString('utf8') }),
    );
    child.stdin.end(input ?? '');
  });
}

/** Like `runCommand`, but anything except exit code 0 is an error that shows the end of the output. */
export async function runOrThrow(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<string> {
  const { code, output } = await runCommand(command, args, options);
  if (code === 0) return output;
  const ending = output.trim().split('\n').slice(-15).join('\n');
  throw new Error(`${command} ${args[0] ?? ''} failed with code ${code}:\n${ending}`);
}
