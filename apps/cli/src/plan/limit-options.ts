import type { Limits } from '@patchtide/contracts';
import { Misused } from '../failures';

const SCOPES = ['campaign', 'site', 'zone', 'application', 'tier', 'cluster', 'hypervisor', 'tag'];
/** One number would say nothing about which tag it is for. */
const NAMED_ONLY = new Set(['tag']);

/** Limits as options write them: `campaign=80`, `tier=4` for each tier, `tier.db=2` for one. @throws Misused */
export function limitOptions(options: readonly string[]): Limits {
  const limits: Record<string, number | Record<string, number>> = {};
  for (const option of options) {
    const { scope, name, number } = parse(option);
    const before = limits[scope];
    if (name === null) limits[scope] = number;
    else limits[scope] = { ...(typeof before === 'object' ? before : {}), [name]: number };
  }
  return limits;
}

interface Parsed {
  readonly scope: string;
  readonly name: string | null;
  readonly number: number;
}

function parse(option: string): Parsed {
  const found = /^([a-z]+)(?:\.(.+))?=([1-9][0-9]{0,5})$/.exec(option);
  const scope = found?.[1] ?? '';
  if (!SCOPES.includes(scope)) {
    const scopes = SCOPES.join(', ');
    throw new Misused(
      `--limits: "${option}" is no limit; write it like campaign=80 or tier.db=2, with one of ${scopes}`,
    );
  }
  return checked({ scope, name: found?.[2] ?? null, number: Number(found?.[3]) });
}

function checked(parsed: Parsed): Parsed {
  const { scope, name } = parsed;
  if (scope === 'campaign' && name !== null)
    throw new Misused(`--limits: the campaign has no part "${name}"`);
  if (name === null && NAMED_ONLY.has(scope))
    throw new Misused(`--limits: name the ${scope}, like ${scope}.blue=4`);
  return parsed;
}
