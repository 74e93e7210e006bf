import { join } from 'node:path';
import type { BareOrder, BareResult } from './bare-ssh2';
import { TASKS } from './estate';
import type { BenchHosts } from './hosts';
import { runMetered } from './metered-program';
import type { Figures } from './table';

/** ssh2 alone, in a process of its own. The start of that process is not counted. */
export async function runBareSsh2(
  { addresses, port, user, privateKey }: BenchHosts,
  { parallel, signal }: { readonly parallel: number; readonly signal: AbortSignal },
): Promise<Figures> {
  const order: BareOrder = { addresses, port, user, privateKey, parallel, tasks: TASKS };
  const program = [process.execPath, join(__dirname, 'bare-ssh2.js'), JSON.stringify(order)];
  const { output, peakMb } = await runMetered(program, { signal });
  const { seconds, cpuSeconds, done } = JSON.parse(output) as BareResult;
  return { tasks: done, seconds, controlCpu: { ssh2: cpuSeconds }, peakMb };
}
