import { spawn } from 'node:child_process';
import { Meter } from './meter';

const TIMEOUT_MS = 600_000;

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program. */
  readonly signal: AbortSignal;
}

/** Runs a program to its end. @throws with the end of its output when it fails, is ended or takes ten minutes */
export async function runMetered(
  [program = '', ...args]: readonly string[],
  options: ProgramOptions,
): Promise<{ readonly output: string; readonly peakMb: number }> {
  const child = spawn(program, args, { ...options, timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const meter = new Meter(new Map([['program', child.pid ?? 0]]));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const code = await ended.finally(() => meter.stop());
  const output = Buffer.concat(chunks).toString('utf8');
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output.slice(-2_000)}`);
  return { output, peakMb: meter.stop().peakMb };
}
