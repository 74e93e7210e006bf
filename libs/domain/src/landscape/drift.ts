import type { Landscape } from '@patchtide/contracts';

export interface DriftCounts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** How many servers and components differ between two normalized landscapes. */
export function driftBetween(before: Landscape | null, now: Landscape): DriftCounts {
  const old = textsById(before);
  const present = textsById(now);
  if (!before) return { added: present.size, removed: 0, changed: 0 };
  const added = [...present.keys()].filter((id) => !old.has(id)).length;
  const removed = [...old.keys()].filter((id) => !present.has(id)).length;
  const changed = [...present].filter(([id, text]) => old.has(id) && old.get(id) !== text).length;
  return { added, removed, changed };
}

function textsById(landscape: Landscape | null): Map<string, string> {
  const cis = landscape ? [...landscape.servers, ...landscape.components] : [];
  return new Map(cis.map((ci) => [ci.id, JSON.stringify(ci)]));
}
