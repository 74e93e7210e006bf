import { complains, ends, operands, optionValue, type Program } from '../program';

/** dpkg, as far as asking for and repairing half-configured packages goes. */
export const dpkg: Program = (args, { state }) => {
  if (args.includes('--audit') || args.includes('-C')) {
    const broken = 'The following packages are only half configured, probably due to problems\n';
    return ends(0, state.dpkgInterrupted ? broken : '');
  }
  if (args.includes('--configure')) {
    return {
      finish: () => {
        state.dpkgInterrupted = false;
        return { code: 0 };
      },
    };
  }
  return complains(2, 'dpkg: error: need an action option');
};

const DEFAULT_FORMAT = '${Package}\\t${Version}\\n';

/** dpkg-query -W with a format of Package, Version and Status. */
export const dpkgQuery: Program = (args, { state }) => {
  const names = operands(args, ['-f', '--showformat']);
  const format = optionValue(args, '--showformat', '-f') ?? DEFAULT_FORMAT;
  const missing = names.filter((name) => !state.packages.has(name));
  const wanted = names.length === 0 ? [...state.packages.keys()] : names;
  const status = state.dpkgInterrupted ? 'install ok half-configured' : 'install ok installed';
  const output = wanted
    .map((name) => state.packages.get(name))
    .filter((entry) => entry !== undefined)
    .map(({ name, version }) => fill(format, { Package: name, Version: version, Status: status }))
    .join('');
  const error = missing.map((name) => `dpkg-query: no packages found matching ${name}\n`).join('');
  return { finish: () => ({ code: missing.length === 0 ? 0 : 1, output, error }) };
};

function fill(format: string, fields: Readonly<Record<string, string>>): string {
  const lines = format.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
  return lines.replace(/\$\{([\w:-]+)\}/g, (_, name: string) => fields[name] ?? '');
}
