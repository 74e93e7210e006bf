import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadDocument, type LoadedDocument, withCalendars, withPositions } from '@patchtide/connectors/cmdb';
import { checkShape, type Fault, hasForm, type Policy } from '@patchtide/contracts';
import { checkPolicy } from '@patchtide/domain';

export type PolicyLookup =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly faults: readonly Fault[] };

const MAX_FILES = 1_000;

/** The policies that this installation knows: YAML or JSON files in one folder, found by the name inside. */
export class PolicyFolder {
  constructor(
    private readonly folder: string,
    private readonly now = () => new Date(),
  ) {}

  /** The policy of that name; faults when there is none or more than one, or when its file is not a policy. */
  async find(name: string): Promise<PolicyLookup> {
    const files = await this.files();
    if (files === null) return { ok: false, faults: [noFolder(this.folder)] };
    const known: string[] = [];
    const found: LoadedDocument[] = [];
    const unreadable: Fault[] = [];
    for (const file of files) {
      const loaded = await loadDocument(join(this.folder, file));
      if (!loaded.ok) unreadable.push(...loaded.faults);
      else if (nameOf(loaded.value) === name) found.push(loaded);
      else known.push(nameOf(loaded.value) ?? file);
    }
    const [only, ...others] = found;
    if (!only) return { ok: false, faults: [unknownPolicy(name, known), ...unreadable] };
    return others.length > 0 ? { ok: false, faults: [ambiguous(name, found)] } : this.checked(only);
  }

  /** A policy whose shape is wrong is examined further where it can be: its writer learns everything at once. */
  private async checked({ value, locate, source }: LoadedDocument): Promise<PolicyLookup> {
    const calendars = await withCalendars(value, source);
    if (calendars.faults.length > 0) return { ok: false, faults: withPositions(calendars.faults, locate) };
    const policy = calendars.value as Policy;
    const faults = checkShape('policy', policy);
    if (faults.length === 0) return { ok: true, policy };
    const sense = hasForm('policy', policy) ? checkPolicy(policy, this.now().toISOString()) : [];
    return { ok: false, faults: withPositions([...faults, ...sense], locate) };
  }

  /** Null where the folder cannot be read. */
  private async files(): Promise<string[] | null> {
    try {
      const names = await readdir(this.folder);
      return names
        .filter((file) => /\.(ya?ml|json)$/.test(file))
        .sort()
        .slice(0, MAX_FILES);
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  }
}

function nameOf(value: unknown): string | null {
  const name = typeof value === 'object' && value !== null ? (value as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : null;
}

function unknownPolicy(name: string, known: readonly string[]): Fault {
  const others = `Known policies: ${known.join(', ')}.`;
  return {
    path: '/policy',
    message: `there is no policy "${name}"`,
    remedy: known.length > 0 ? others : 'Put the policy as a YAML file into the policy folder.',
  };
}

function ambiguous(name: string, found: readonly LoadedDocument[]): Fault {
  return {
    path: '/policy',
    message: `there are ${found.length} policies "${name}": ${found.map(({ source }) => source).join(', ')}`,
    remedy: 'Remove all but one of them from the policy folder, or give them names of their own.',
  };
}

function noFolder(folder: string): Fault {
  return {
    path: '/policy',
    message: `the policy folder ${folder} cannot be read`,
    remedy: 'Set POLICY_DIR to the folder with the policies, and submit the change again.',
  };
}
