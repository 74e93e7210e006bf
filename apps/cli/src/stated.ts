import type { PackageChange } from '@patchtide/contracts';
import type { Look } from './output';
import { printable } from './terminal/printable';
import { table } from './terminal/table';

/** What a host noted about an attempt, a line each, indented. */
export function factLines(facts: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries(facts).map(([name, text]) => `  noted     ${printable(`${name}: ${text}`)}`);
}

/** The packages that an attempt changed, old and new version, after an empty line; nothing where it changed none. */
export function packageLines(packages: readonly PackageChange[], look: Look): string[] {
  if (packages.length === 0) return [];
  const rows = packages.map(({ name, from, to }) => [name, versions(from, to)]);
  return ['', table(['package', 'from -> to'], rows, look)];
}

function versions(from: string | null, to: string | null): string {
  return `${from ?? 'not installed'} -> ${to ?? 'removed'}`;
}
