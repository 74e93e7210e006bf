import type { HostFacts, HostPackageChange } from '@patchtide/connectors/remote-shell';
import { type InstalledPackage, pendingUpdates } from '../packages';
import { type Command, type Machine, type Program } from '../program';

/** `@patch apt …`: repairs, updates, and states what changed; a broken run is put right by the next one. */
export const patch: Program = ([method = '', ...options], machine) => {
  const { packages } = machine.state;
  const only = valuesOf(options, 'only');
  const missing = only.find((name) => !packages.has(name));
  if (!['apt', 'dnf', 'zypper'].includes(method))
    return misused('@patch', `there is no patch method ${method}`);
  if (missing !== undefined) return fails(`${missing} is not installed here, so nothing was updated`);
  const skip = valuesOf(options, 'skip');
  const wanted = pendingUpdates(packages).filter(
    ({ name }) => !skip.includes(name) && (only.length === 0 || only.includes(name)),
  );
  return update(wanted, skippedOf(packages, skip), machine);
};

/** `@packages-clean apt` */
export const packagesClean: Program = (_, { state }) => ({
  finish: () =>
    state.dpkgInterrupted ? failure('packages are not whole: an interrupted run of dpkg') : { code: 0 },
});

/** Words of the host program end like this where they are used wrongly. */
export function misused(word: string, why: string): Command {
  return { finish: () => ({ code: 64, output: `${word} cannot be used like this${why && `: ${why}`}\n` }) };
}

function update(wanted: readonly InstalledPackage[], skipped: readonly string[], machine: Machine): Command {
  const { state } = machine;
  const lines = wanted.map(
    ({ name, version, candidate }) =>
      `Unpacking ${name} (${candidate}) over (${version}) ...\nSetting up ${name} (${candidate}) ...\n`,
  );
  return {
    progress: lines.length === 0 ? ['patchtide: there is nothing to update\n'] : lines,
    finish: () => {
      const notes: Record<string, string> = {};
      if (state.dpkgInterrupted) notes['repaired'] = 'an interrupted run of dpkg';
      if (skipped.length > 0) notes['skipped'] = skipped.join(', ');
      state.dpkgInterrupted = false;
      const packages = wanted.map((entry) => apply(entry, machine)).sort(byName);
      if (state.rebootRequired) notes['reboot-needed'] = 'a package asks for it';
      return { code: 0, facts: { packages, notes } };
    },
    abandon: () => {
      state.dpkgInterrupted = true;
    },
  };
}

function apply(entry: InstalledPackage, { state }: Machine): HostPackageChange {
  const change = { name: entry.name, from: entry.version, to: entry.candidate ?? entry.version };
  entry.version = change.to;
  delete entry.candidate;
  if (entry.needsReboot) state.rebootRequired = true;
  return change;
}

function skippedOf(packages: ReadonlyMap<string, InstalledPackage>, skip: readonly string[]): string[] {
  return pendingUpdates(packages)
    .filter(({ name }) => skip.includes(name))
    .map(({ name, version, candidate }) => `${name} (${version}, there is ${candidate})`);
}

function fails(sentence: string): Command {
  return { finish: () => failure(sentence) };
}

/** How a word gives up: in a sentence for people, which is a fact, too. */
export function failure(sentence: string): { code: number; output: string; facts: HostFacts } {
  return {
    code: 1,
    output: `patchtide: ${sentence}\n`,
    facts: { packages: [], notes: { failure: sentence } },
  };
}

function valuesOf(options: readonly string[], name: string): string[] {
  return options.flatMap((option) => (option.startsWith(`${name}=`) ? [option.slice(name.length + 1)] : []));
}

function byName(a: HostPackageChange, b: HostPackageChange): number {
  return a.name < b.name ? -1 : 1;
}
