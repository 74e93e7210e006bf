import type { InstalledPackage } from '../packages';
import { pendingUpdates } from '../packages';
import { type Command, complains, ends, type Machine, operands, type Program } from '../program';

const PREAMBLE = ['Reading package lists... Done\n', 'Building dependency tree... Done\n'];

/** apt-get: exit 0, or 100 for everything that goes wrong. */
export const aptGet: Program = (args, machine) => {
  const [verb = '', ...names] = operands(args, ['-o', '-c', '-t']);
  if (machine.state.dpkgInterrupted && verb !== 'update') {
    return complains(
      100,
      "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.",
    );
  }
  switch (verb) {
    case 'update':
      return {
        progress: ['Hit:1 http://deb.debian.org/debian bookworm InRelease\n'],
        finish: () => ({ code: 0 }),
      };
    case 'upgrade':
    case 'dist-upgrade':
    case 'full-upgrade':
      return upgrade(pendingUpdates(machine.state.packages), args, machine);
    case 'install':
      return install(names, args, machine);
    case 'check':
    case 'clean':
    case 'autoremove':
      return ends(0, PREAMBLE.join(''));
    default:
      return complains(100, `E: Invalid operation ${verb}`);
  }
};

/** `name` or `name=version`; versions that nobody offers and unknown names are refused, as apt does. */
function install(words: readonly string[], args: readonly string[], machine: Machine): Command {
  const chosen: InstalledPackage[] = [];
  for (const word of words) {
    const [name = '', version] = word.split('=');
    const known = machine.state.packages.get(name);
    if (known === undefined) return complains(100, `E: Unable to locate package ${name}`);
    if (version !== undefined && version !== known.version && version !== known.candidate) {
      return complains(100, `E: Version '${version}' for '${name}' was not found`);
    }
    if (known.candidate !== undefined && version !== known.version) chosen.push(known);
  }
  return upgrade(chosen, args, machine);
}

function upgrade(packages: readonly InstalledPackage[], args: readonly string[], machine: Machine): Command {
  const summary = `${packages.length} upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n`;
  if (args.some((arg) => ['-s', '--simulate', '--dry-run', '--just-print'].includes(arg))) {
    const plans = packages.map(
      ({ name, version, candidate }) => `Inst ${name} [${version}] (${candidate} Debian:12)\n`,
    );
    return ends(0, [...PREAMBLE, ...plans, summary].join(''));
  }
  const changes = packages.map(({ name, version, candidate }) => {
    return `Unpacking ${name} (${candidate}) over (${version}) ...\nSetting up ${name} (${candidate}) ...\n`;
  });
  return {
    progress: [...PREAMBLE, summary, ...changes],
    finish: () => {
      packages.forEach((entry) => apply(entry, machine));
      return { code: 0 };
    },
    abandon: () => {
      machine.state.dpkgInterrupted = true;
    },
  };
}

function apply(entry: InstalledPackage, { state }: Machine): void {
  if (entry.candidate === undefined) return;
  entry.version = entry.candidate;
  delete entry.candidate;
  if (entry.needsReboot) state.rebootRequired = true;
}
