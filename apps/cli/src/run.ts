import { CommanderError } from 'commander';
import { Failed, Found, Interrupted, Misused } from './failures';
import { Output } from './output';
import { buildProgram } from './program';
import { terminalOf, type Writable } from './terminal/terminal';

/** Exit codes of the command line: a script can rely on them. An interrupted command ends with 128 + the signal. */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const;

/** Where a command line speaks. */
export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Runs one command line and returns its exit code. Data goes to stdout, everything else to stderr. */
export async function run(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  { stdout, stderr }: Streams = process,
): Promise<number> {
  const output = new Output(terminalOf(stdout, env), terminalOf(stderr, env), argv.includes('--json'));
  try {
    await buildProgram(output, env).parseAsync([...argv]);
    return EXIT.done;
  } catch (error) {
    return report(error, output);
  }
}

function report(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return reportUsage(error, output);
  if (error instanceof Interrupted) {
    output.message(error.message);
    return error.exitCode;
  }
  if (error instanceof Found) return EXIT.refused;
  if (error instanceof Misused) {
    output.failure(error.message, [], 'See "patchtide --help".');
    return EXIT.usage;
  }
  if (error instanceof Failed) output.failure(error.message, error.faults, error.nextStep);
  else output.failure(`error: ${error instanceof Error ? error.message : String(error)}`);
  return EXIT.refused;
}

/** Commander has already said on stderr what is wrong, or shown the help that was asked for. */
function reportUsage(error: CommanderError, output: Output): number {
  if (error.exitCode === 0) return EXIT.done;
  const wrong =
    error.code === 'commander.help' ? 'a command is missing' : error.message.replace(/^error: /, '');
  if (output.isJson)
    output.result({ error: wrong, faults: [], nextStep: 'See "patchtide --help".' }, () => '');
  return EXIT.usage;
}
