import type { AttemptEnd, AttemptOrder } from '../../remote-shell/attempt';
import type { RemoteShell } from '../../remote-shell/remote-shell';
import { StepJournal } from '../../remote-shell/step-journal';

/** Follows an attempt on a Windows host to its end. */
export async function follow(
  shell: RemoteShell,
  order: AttemptOrder,
): Promise<{ end: AttemptEnd; output: string }> {
  const journal = new StepJournal(shell, {
    firstPauseMs: 1,
    longestPauseMs: 1,
  });
  const host = { address: '10.1.0.21', port: 22, os: 'windows-2022' };
  const { signal } = new AbortController();
  let output = '';
  const onOutput = (chunk: Buffer): void => void (output += chunk.toString());
  const end = await journal.execute(host, order, { signal, onOutput });
  return { end, output };
}
