import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly servers: number;
  readonly seed: number;
  readonly keep: boolean;
  /** Only say how it is used. */
  readonly help: boolean;
}

/** The demo was called wrongly; the message names every fault. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export const USAGE = `usage: npm run demo -- [--servers N] [--seed N] [--keep]
  --servers N  simulated servers, 3 to 1000 (default 200)
  --seed N     another estate, other durations (default 1)
  --keep       stay up afterwards, with the URLs, until Ctrl-C`;

const OPTIONS = {
  servers: { type: 'string' },
  seed: { type: 'string' },
  keep: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Reads the command line. @throws WrongUsage with every fault */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const { values, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const faults = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [`"${token.value}" is not an argument of the demo`];
    const isUnknown = token.kind === 'option' && !Object.hasOwn(OPTIONS, token.name);
    return isUnknown ? [`there is no option ${token.rawName}`] : [];
  });
  const number = (name: 'servers' | 'seed', [least, most]: readonly [number, number], fallback: number) => {
    const text = values[name];
    const value = text === undefined ? fallback : wholeNumber(text);
    if (value >= least && value <= most) return value;
    faults.push(`--${name} must be a whole number from ${least} to ${most}`);
    return fallback;
  };
  const servers = number('servers', [3, 1_000], 200);
  const seed = number('seed', [0, 1_000_000], 1);
  if (faults.length > 0) throw new WrongUsage(faults.join('\n'));
  return { servers, seed, keep: values.keep === true, help: values.help === true };
}

/** NaN for anything else; parseArgs gives `true` for an option that lacks its value. */
function wholeNumber(text: unknown): number {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}
