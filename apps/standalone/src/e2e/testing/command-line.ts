import { spawn } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(__dirname, '..', '..', '..', '..', 'cli', 'bin', 'patchtide.js');
const TIMEOUT_MS = 120_000;

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `patchtide` command as a person would: a process of its own, with nothing but its environment. */
export function runCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const given = { PATH: process.env.PATH, HOME: process.env.HOME, ...env };
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: given,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
