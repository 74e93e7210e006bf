/** A package that an attempt changed. `from` is null when it was not installed before, `to` when it is not any more. */
export interface HostPackageChange {
  name: string;
  from: string | null;
  to: string | null;
}

/**
 * What the words of an attempt stated besides their output. Notes by token, among them: `failure` (why a word gave up),
 * `reboot-needed` (why, or `no`), `half-configured` (packages whose change has begun and not ended), `repaired`, `held`,
 * `kept-back`, `skipped`, `conffiles-kept`, `conffiles-replaced`, `services-to-restart`, `scripts-failed`, `exit-code` (of a
 * package manager, where it contradicts the packages), `finding-<n>` and `clock` (of the doctor), `facts-cut` (how many facts
 * there were beyond the limit).
 */
export interface HostFacts {
  packages: HostPackageChange[];
  notes: Record<string, string>;
}

export const NO_FACTS: HostFacts = { packages: [], notes: {} };

const PREFIX = 'patchtide-fact ';
const PACKAGE = /^package (\S{1,200}) (\S{1,200}) (\S{1,200})$/;
const NOTE = /^note ([a-z][a-z0-9-]{0,63}) (\P{Cc}{1,300})$/u;

/** The facts among the lines that the runner wrote to stderr; a line that is not well-formed is no fact. Of notes with the same token the last counts. */
export function parseFacts(stderr: string): HostFacts {
  const facts: HostFacts = { packages: [], notes: {} };
  for (const line of stderr.split(/\r?\n/)) {
    if (line.startsWith(PREFIX)) addFact(facts, line.slice(PREFIX.length));
  }
  return facts;
}

function addFact({ packages, notes }: HostFacts, text: string): void {
  const [, name, from, to] = PACKAGE.exec(text) ?? [];
  if (name !== undefined && from !== undefined && to !== undefined && from !== to)
    packages.push({ name, from: versionOrNull(from), to: versionOrNull(to) });
  const [, token, said] = NOTE.exec(text) ?? [];
  if (token !== undefined && said !== undefined) notes[token] = said.trim();
}

function versionOrNull(word: string): string | null {
  return word === '-' ? null : word;
}

/** The lines that a host states these facts in, each with its line end. */
export function formatFacts({ packages, notes }: HostFacts): string {
  const lines = [
    ...Object.entries(notes).map(([token, text]) => `note ${token} ${text}`),
    ...packages.map(({ name, from, to }) => `package ${name} ${from ?? '-'} ${to ?? '-'}`),
  ];
  return lines.map((line) => `${PREFIX}${line}\n`).join('');
}
