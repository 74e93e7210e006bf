import type { PatchMethod, PatchSettings } from '@patchtide/contracts';

/** The patch methods that hosts have a word for. */
export type HostMethod = Exclude<PatchMethod, 'none'>;
export type HostPatchSettings = PatchSettings & { readonly method: HostMethod };

/** An entry of the policy in its long form. */
export function settingsOf(entry: PatchMethod | PatchSettings): PatchSettings {
  return typeof entry === 'string' ? { method: entry } : entry;
}
