import { run } from '../run';
import { FakeTerminal } from './fake-terminal';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command line in this very process, with nothing but the given environment, its output in pipes. */
export async function patchtide(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const [stdout, stderr] = [new FakeTerminal(false), new FakeTerminal(false)];
  // No installation of the machine that runs the tests is ever found.
  const given = { PATCHTIDE_DATA_DIR: '/nonexistent', ...env };
  const code = await run(['node', 'patchtide', ...args], given, { stdout, stderr });
  return { code, stdout: stdout.written, stderr: stderr.written };
}
