import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Simulated servers. */
  readonly servers: number;
  readonly seed: number;
  /** So many booted hosts instead of simulated servers. */
  readonly realHosts: number | null;
  readonly keep: boolean;
  /** Only say how it is used. */
  readonly help: boolean;
}

/** The demo was called wrongly; the message names every fault. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage';
}

export const USAGE = `usage: npm run demo -- [--servers N] [--seed N] [--keep]
       npm run demo -- --real-hosts N [--keep]
  --servers N     simulated servers, 3 to 1000 (default 200)
  --seed N        another estate, other durations (default 1)
  --real-hosts N  booted Debian 12 hosts instead of simulated servers, 3 to 20; needs root
  --keep          stay up afterwards, with the URLs, until Ctrl-C`;

const OPTIONS = {
  servers: { type: 'string' },
  seed: { type: 'string' },
  'real-hosts': { type: 'string' },
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
  const number = (
    name: 'servers' | 'seed' | 'real-hosts',
    [least, most]: readonly [number, number],
    fallback: number,
  ) => {
    const text = values[name];
    const value = text === undefined ? fallback : wholeNumber(text);
    if (value >= least && value <= most) return value;
    faults.push(`--${name} must be a whole number from ${least} to ${most}`);
    return fallback;
  };
  const servers = number('servers', [3, 1_000], 200);
  const seed = number('seed', [0, 1_000_000], 1);
  const realHosts = values['real-hosts'] === undefined ? null : number('real-hosts', [3, 20], 3);
  const simulated = (['servers', 'seed'] as const).filter((name) => values[name] !== undefined);
  if (realHosts !== null && simulated.length > 0) {
    const options = simulated.map((name) => `--${name}`).join(' and ');
    const verb = simulated.length > 1 ? 'are' : 'is';
    faults.push(`--real-hosts boots hosts, ${options} ${verb} for simulated servers: use one or the other`);
  }
  if (faults.length > 0) throw new WrongUsage(faults.join('\n'));
  return { servers, seed, realHosts, keep: values.keep === true, help: values.help === true };
}

/** NaN for anything else; parseArgs gives `true` for an option that lacks its value. */
function wholeNumber(text: unknown): number {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : NaN;
}
