import type { Fault, Landscape, Limits, Policy } from '@patchtide/contracts';
import { pointer } from './pointer';

const SHOWN = 8;
const SCOPES = ['site', 'zone', 'application', 'cluster', 'hypervisor', 'tag'] as const;
type Scope = (typeof SCOPES)[number];

/** Limits for what the landscape does not have: a mistyped name would bound nothing, and nobody would notice. */
export function checkLimitNames({ limits = {} }: Policy, landscape: Landscape): Fault[] {
  return SCOPES.flatMap((scope) => {
    const named = namesIn(limits, scope);
    if (named.length === 0) return [];
    const known = KNOWN[scope](landscape);
    return named.filter((name) => !known.has(name)).map((name) => unknown(scope, name, known));
  });
}

function namesIn(limits: Limits, scope: Scope): string[] {
  const given = limits[scope];
  return typeof given === 'object' ? Object.keys(given) : [];
}

const KNOWN: Readonly<Record<Scope, (landscape: Landscape) => ReadonlySet<string>>> = {
  site: ({ servers }) => new Set(servers.map(({ site = 'default' }) => site)),
  zone: ({ servers }) => new Set(servers.map(({ zone = 'default' }) => zone)),
  application: ({ applications }) => new Set(applications.map(({ id }) => id)),
  cluster: ({ components }) => new Set(components.flatMap(({ cluster }) => cluster ?? [])),
  hypervisor: ({ servers }) => new Set(servers.flatMap(({ hypervisor }) => hypervisor ?? [])),
  tag: ({ servers }) => new Set(servers.flatMap(({ tags = [] }) => tags)),
};

function unknown(scope: Scope, name: string, known: ReadonlySet<string>): Fault {
  const names = [...known].sort();
  const more = names.length > SHOWN ? `, … (${names.length} in all)` : '';
  return {
    path: pointer('limits', scope, name),
    message: `the landscape has no ${scope} "${name}"`,
    remedy:
      names.length === 0
        ? `The landscape names no ${scope}: remove the limit, or correct the landscape.`
        : `Use one of ${names.slice(0, SHOWN).join(', ')}${more}, or remove the limit.`,
  };
}
