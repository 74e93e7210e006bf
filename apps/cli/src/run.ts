import { CommanderError } from 'commander';
import { ApiError } from './api';
import { FaultsFound } from './faults-found';
import { Output } from './output';
import { buildProgram } from './program';

/** Exit codes of the command line: a script can rely on them. */
export const EXIT = { done: 0, refused: 1, usage: 2 } as const;

/** Runs one command line and returns its exit code. Data goes to stdout, everything else to stderr. */
export async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const output = new Output(process.stdout, process.stderr, {
    json: argv.includes('--json'),
    color: process.stderr.isTTY === true && env['NO_COLOR'] === undefined,
  });
  try {
    await buildProgram(output, env).parseAsync([...argv]);
    return EXIT.done;
  } catch (error) {
    return report(error, output);
  }
}

function report(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
  if (error instanceof FaultsFound) {
    output.faults(error.message, error.faults, error.nextStep);
    return EXIT.refused;
  }
  if (error instanceof ApiError) {
    output.faults(error.message, error.problem.faults ?? [], error.problem.nextStep);
    return EXIT.refused;
  }
  output.message(`error: ${error instanceof Error ? error.message : String(error)}`);
  return EXIT.refused;
}
