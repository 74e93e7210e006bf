import { complains, optionValue, type Program } from '../program';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `systemd-run --on-active=2h --unit=NAME command…`: remembered, carried out when due, refused a second time. */
export const systemdRun: Program = (args, machine) => {
  const options = args.slice(0, commandStart(args));
  const argv = args.slice(options.length).filter((word, at) => !(at === 0 && word === '--'));
  const unit = (optionValue(options, '--unit', '-u') ?? `run-${machine.now()}`).replace(
    /\.(timer|service)$/,
    '',
  );
  const delayMs = timeSpanMs(optionValue(options, '--on-active') ?? '0');
  if (delayMs === undefined) return complains(1, 'Failed to parse timer value');
  if (argv.length === 0) return complains(1, 'Command line to execute required.');
  return {
    finish: () => {
      const timer = `${unit}.timer`;
      if (machine.state.units.find(timer) !== undefined) {
        return {
          code: 1,
          error: `Failed to start transient timer unit: Unit ${timer} was already loaded.\n`,
        };
      }
      machine.schedule(timer, delayMs, argv);
      return {
        code: 0,
        error: `Running timer as unit: ${timer}\nWill run service as unit: ${unit}.service\n`,
      };
    },
  };
};

const WITH_VALUE = ['-u', '--unit', '-p', '--property', '--on-active', '--timer-property', '--description'];

function commandStart(args: readonly string[]): number {
  let at = 0;
  while (at < args.length && args[at]?.startsWith('-') === true && args[at] !== '--') {
    at += WITH_VALUE.includes(args[at] ?? '') ? 2 : 1;
  }
  return at;
}

/** Reads `90`, `15min`, `1h 30m`; undefined when it is no time span. */
export function timeSpanMs(text: string): number | undefined {
  if (!/^\s*(\d+(\.\d+)?\s*[a-z]*\s*)+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, name] of text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)) {
    const factor = UNITS_MS[name === '' || name === undefined ? 's' : name];
    if (factor === undefined) return undefined;
    sum += Number(amount) * factor;
  }
  return sum;
}
