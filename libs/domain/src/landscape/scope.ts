import type { Change, Fault, Landscape } from '@patchtide/contracts';

/** The ids of the servers that a change asks for, sorted; faults when it names what does not exist or matches nothing. */
export function selectScope(
  landscape: Landscape,
  change: Change,
): { readonly servers: readonly string[]; readonly faults: readonly Fault[] } {
  const { applications = [], servers = [], tags = [], sites = [] } = change.scope;
  const wanted = { applications, servers, tags, sites };
  const isEverything = Object.values(wanted).every((list) => list.length === 0);
  const known = knownWords(landscape);
  const faults = (Object.keys(wanted) as (keyof typeof wanted)[]).flatMap((list) =>
    wanted[list].flatMap((id, i) => (known[list].has(id) ? [] : [unknownInScope(list, i, id)])),
  );
  const hosts = hostsOf(landscape, new Set(applications));
  const selected = landscape.servers
    .filter(
      (server) =>
        isEverything ||
        hosts.has(server.id) ||
        servers.includes(server.id) ||
        (server.site !== undefined && sites.includes(server.site)) ||
        (server.tags ?? []).some((tag) => tags.includes(tag)),
    )
    .map((server) => server.id)
    .sort();
  return { servers: selected, faults: faults.length > 0 || selected.length > 0 ? faults : [emptyScope()] };
}

/** Every server that a component of these applications runs on, or also runs on. */
function hostsOf(landscape: Landscape, applications: ReadonlySet<string>): ReadonlySet<string> {
  const components = landscape.components.filter((c) => applications.has(c.application));
  const ids = new Set(components.map((c) => c.id));
  const also = landscape.relations.filter((r) => r.type === 'runsOn' && ids.has(r.from));
  return new Set([...components.map((c) => c.server), ...also.map((r) => r.to)]);
}

function knownWords(
  landscape: Landscape,
): Record<'applications' | 'servers' | 'tags' | 'sites', ReadonlySet<string>> {
  return {
    applications: new Set(landscape.applications.map((a) => a.id)),
    servers: new Set(landscape.servers.map((s) => s.id)),
    tags: new Set(landscape.servers.flatMap((s) => s.tags ?? [])),
    sites: new Set(landscape.servers.flatMap((s) => (s.site === undefined ? [] : [s.site]))),
  };
}

function unknownInScope(list: string, position: number, id: string): Fault {
  return {
    path: `/scope/${list}/${position}`,
    message: `the landscape has no ${list.slice(0, -1)} "${id}"`,
    remedy: 'Correct the id in the change, or import a landscape that has it.',
  };
}

function emptyScope(): Fault {
  return {
    path: '/scope',
    message: 'the scope matches no server',
    remedy:
      'Name applications, servers, tags or sites that the landscape has; an empty scope means all servers.',
  };
}
