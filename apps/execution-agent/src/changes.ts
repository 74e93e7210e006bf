import type { HostFacts } from '@patchtide/connectors/remote-shell';
import { MAX_PACKAGES, type PackageChange } from '@patchtide/contracts';

/** Reports and events travel as one message each, and messages have a size. */
const MAX_PACKAGES_BYTES = 350_000;
const MAX_FACTS = 90;

/** What a host stated, as a report may carry it: what there is none of is left out. */
export interface ReportedFacts {
  readonly packages?: PackageChange[];
  readonly facts?: Record<string, string>;
}

/**
 * Facts on their way into a report. Packages beyond its size are left out and counted in the fact `facts-cut`; names that every
 * object inherits are no facts.
 */
export function reportedFacts({ packages, notes }: HostFacts): ReportedFacts {
  const reported = withinSize(packages.slice(0, MAX_PACKAGES));
  const said = Object.entries(notes)
    .filter(([token]) => !(token in Object.prototype))
    .slice(0, MAX_FACTS);
  const cut = packages.length - reported.length;
  const cutBefore = Number(notes['facts-cut'] ?? 0) || 0;
  const facts = Object.fromEntries(cut > 0 ? [...said, ['facts-cut', `${cutBefore + cut}`]] : said);
  return {
    ...(reported.length === 0 ? {} : { packages: reported }),
    ...(Object.keys(facts).length === 0 ? {} : { facts }),
  };
}

function withinSize(packages: HostFacts['packages']): PackageChange[] {
  let bytes = 0;
  const fitting = packages.findIndex((change) => {
    bytes += Buffer.byteLength(JSON.stringify(change)) + 1;
    return bytes > MAX_PACKAGES_BYTES;
  });
  return (fitting === -1 ? packages : packages.slice(0, fitting)).map(({ name, from, to }) => ({
    name,
    from,
    to,
  }));
}

/** What changed, in a few words such as `12 packages updated, 1 removed`; empty when nothing did. */
export function inWords({ packages }: HostFacts): string {
  const updated = packages.filter(({ from, to }) => from !== null && to !== null).length;
  const installed = packages.filter(({ from }) => from === null).length;
  const removed = packages.length - updated - installed;
  const counts = [
    [updated, 'updated'],
    [installed, 'installed'],
    [removed, 'removed'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, verb], index) => (index === 0 ? `${count} ${nounFor(count)} ${verb}` : `${count} ${verb}`))
    .join(', ');
}

function nounFor(count: number): string {
  return count === 1 ? 'package' : 'packages';
}

const WORTH_A_WORD: readonly (readonly [token: string, words: string])[] = [
  ['repaired', 'repaired'],
  ['held', 'held'],
  ['kept-back', 'kept back'],
  ['skipped', 'skipped'],
  ['scripts-failed', 'scripts failed'],
];

/** The result of a patch that went well: what changed, whether it needs a reboot, what did not change and why. */
export function patchInWords(facts: HostFacts): string {
  const { notes } = facts;
  const reboot = notes['reboot-needed'];
  const needsReboot = reboot !== undefined && reboot !== 'no';
  const parts = [inWords(facts) || 'no package had to change', ...(needsReboot ? ['reboot needed'] : [])];
  const more = WORTH_A_WORD.flatMap(([token, words]) =>
    notes[token] === undefined ? [] : [`${words}: ${notes[token]}`],
  );
  return `${capitalized([parts.join(', '), ...more].join('; '))}.`;
}

export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
