import { parseArgs } from 'node:util';
import type { FleetOptions } from './fleet-options';

export interface CliOptions {
  /** Everything that is already in its final form. */
  readonly fleet: FleetOptions;
  /** `demo`, or a JSON file with faults. */
  readonly faults?: string | undefined;
  /** A landscape document to simulate instead of a generated one. */
  readonly landscape?: string | undefined;
}

export const USAGE = `usage: fleet-simulator --dir DIR [--servers N] [--applications N] [--seed N] [--speed X] [--instant]
  [--port P] [--address-base 127.10] [--faults demo|FILE] [--landscape FILE] [--landscape-out FILE]`;

export class UsageError extends Error {}

/** Reads the command line; throws one UsageError with every fault. */
export function readCliOptions(args: readonly string[]): CliOptions {
  const { values, complaints } = parse(args);
  const number = (
    name: 'servers' | 'applications' | 'seed' | 'speed' | 'port',
    least: number,
    isWhole = true,
  ) => {
    const text = values[name];
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!(value >= least) || (isWhole && !Number.isInteger(value)))
      complaints.push(`--${name} must be a number from ${least}`);
    return value;
  };
  const fleet = {
    ...given({
      servers: number('servers', 1),
      applications: number('applications', 1),
      seed: number('seed', 0),
    }),
    ...given({ speed: number('speed', 0.001, false), port: number('port', 1), instant: values.instant }),
    ...given({
      directory: values.dir,
      addressBase: values['address-base'],
      landscapeFile: values['landscape-out'],
    }),
  };
  if (values.dir === undefined) complaints.push('--dir is missing');
  if (complaints.length > 0) throw new UsageError(complaints.join('\n'));
  return { fleet, faults: values.faults, landscape: values.landscape };
}

const TEXT = { type: 'string' } as const;
const FLAGS = {
  servers: TEXT,
  applications: TEXT,
  seed: TEXT,
  speed: TEXT,
  port: TEXT,
  dir: TEXT,
  'address-base': TEXT,
  faults: TEXT,
  landscape: TEXT,
  'landscape-out': TEXT,
  instant: { type: 'boolean' },
} as const;

function parse(args: readonly string[]) {
  try {
    return {
      values: parseArgs({ args: [...args], options: FLAGS, strict: true }).values,
      complaints: new Array<string>(),
    };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Options that were not given are absent, not undefined. */
function given<T extends object>(options: T): Given<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Given<T>;
}
