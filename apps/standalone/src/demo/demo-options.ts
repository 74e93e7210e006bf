import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly servers: number;
  readonly seed: number;
  readonly keep: boolean;
}

export const USAGE = `usage: npm run demo -- [--servers N] [--seed N] [--keep]
  --servers N  simulated servers, 3 to 1000 (default 200)
  --seed N     another estate, other durations (default 1)
  --keep       stay up afterwards, with the URLs, until Ctrl-C`;

/** Reads the command line. @throws Error with every fault and the usage */
export function readDemoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { servers: { type: 'string' }, seed: { type: 'string' }, keep: { type: 'boolean' } },
  });
  const faults: string[] = [];
  const number = (name: 'servers' | 'seed', bounds: readonly [number, number], fallback: number): number => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    const [least, most] = bounds;
    if (!Number.isInteger(value) || value < least || value > most)
      faults.push(`--${name} must be a whole number from ${least} to ${most}`);
    return value;
  };
  const options = {
    servers: number('servers', [3, 1000], 200),
    seed: number('seed', [0, 1_000_000], 1),
    keep: values.keep === true,
  };
  if (faults.length > 0) throw new Error(`${faults.join('\n')}\n${USAGE}`);
  return options;
}
