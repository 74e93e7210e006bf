import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDocument, withPositions } from '@patchtide/connectors/cmdb';
import { checkShape, type Fault, type Policy } from '@patchtide/contracts';

export type PolicyLookup =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly faults: readonly Fault[] };

const MAX_FILES = 1000;

/** The policies that this installation knows: YAML or JSON files in one folder, found by the name inside. */
export class PolicyFolder {
  constructor(private readonly folder: string) {}

  /** The policy of that name; faults when there is none, or when its file is not a policy. */
  async find(name: string): Promise<PolicyLookup> {
    const files = (await readdir(this.folder))
      .filter((file) => /\.(ya?ml|json)$/.test(file))
      .sort()
      .slice(0, MAX_FILES);
    const known: string[] = [];
    const unreadable: Fault[] = [];
    for (const file of files) {
      const loaded = await loadDocument(join(this.folder, file));
      if (!loaded.ok) {
        unreadable.push(...loaded.faults);
      } else if (nameOf(loaded.value) === name) {
        const faults = withPositions(checkShape('policy', loaded.value), loaded.locate);
        return faults.length > 0 ? { ok: false, faults } : { ok: true, policy: loaded.value as Policy };
      } else {
        known.push(nameOf(loaded.value) ?? file);
      }
    }
    return { ok: false, faults: [unknownPolicy(name, known), ...unreadable] };
  }
}

function nameOf(value: unknown): string | null {
  const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : null;
}

function unknownPolicy(name: string, known: readonly string[]): Fault {
  return {
    path: '/policy',
    message: `there is no policy "${name}"`,
    remedy:
      known.length > 0
        ? `Known policies: ${known.join(', ')}.`
        : 'Put the policy as a YAML file into the policy folder.',
  };
}
