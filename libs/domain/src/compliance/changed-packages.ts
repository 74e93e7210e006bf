import type { PackageChange } from '@patchtide/contracts';

/**
 * Adds what changed later to what changed before: of each package the first version stays the old one and the last is the new one. A
 * package that is back where it was has not changed.
 */
export function addChanges(known: Map<string, PackageChange>, later: readonly PackageChange[]): void {
  for (const { name, from, to } of later) {
    const before = known.get(name);
    const first = before ? before.from : from;
    if (first === to) known.delete(name);
    else known.set(name, { name, from: first, to });
  }
}

export function byName(changes: Iterable<PackageChange>): PackageChange[] {
  return [...changes].sort((a, b) => (a.name < b.name ? -1 : 1));
}
