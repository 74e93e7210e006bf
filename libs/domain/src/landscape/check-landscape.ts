import type { BrokenRelation, Fault, Landscape } from '@patchtide/contracts';
import { cyclicSets, shortestCycle } from './cycles';

/**
 * Every contradiction in a landscape whose shape is right: duplicate ids, two servers with one address, relations to
 * nothing, dependency cycles that are left when the policy has broken some relations. None means that plans can be made.
 */
export function checkLandscape(landscape: Landscape, breaks: Breaks = []): Fault[] {
  return [...checkEntries(landscape), ...dependencyCycles(landscape, breaks)];
}

/** What is wrong with a landscape under every policy. Cycles are not: a policy may break them. */
export function checkEntries(landscape: Landscape): Fault[] {
  const ids = new Set(
    [...landscape.servers, ...landscape.components, ...landscape.batchJobs].map((ci) => ci.id),
  );
  return [
    ...duplicateIds(landscape),
    ...sharedAddresses(landscape),
    ...danglingComponents(landscape),
    ...danglingRelations(landscape),
    ...danglingRest(landscape, ids),
  ];
}

type Breaks = readonly Pick<BrokenRelation, 'from' | 'to'>[];

function duplicateIds(landscape: Landscape): Fault[] {
  const cis = [
    ...entries('servers', landscape),
    ...entries('components', landscape),
    ...entries('batchJobs', landscape),
  ];
  return [
    ...duplicatesOf(cis),
    ...duplicatesOf(entries('applications', landscape)),
    ...duplicatesOf(entries('monitors', landscape)),
  ];
}

type ListName = 'servers' | 'components' | 'batchJobs' | 'applications' | 'monitors';

function entries(list: ListName, landscape: Landscape): { path: string; id: string }[] {
  return landscape[list].map((item, i) => ({ path: `/${list}/${i}/id`, id: item.id }));
}

function duplicatesOf(items: readonly { path: string; id: string }[]): Fault[] {
  const first = new Map<string, string>();
  return items.flatMap(({ path, id }) => {
    const known = first.get(id);
    if (known === undefined) first.set(id, path);
    return known === undefined
      ? []
      : [
          {
            path,
            message: `the id "${id}" is already used at ${known}`,
            remedy: 'Give every CI an id of its own.',
          },
        ];
  });
}

function sharedAddresses(landscape: Landscape): Fault[] {
  const first = new Map<string, string>();
  return landscape.servers.flatMap((server, i) => {
    const address = `${server.address.toLowerCase()}:${server.port ?? 22}`;
    const other = first.get(address);
    if (other === undefined) first.set(address, server.id);
    return other === undefined
      ? []
      : [
          {
            path: `/servers/${i}/address`,
            message: `server "${server.id}" has the address ${address} of server "${other}"`,
            remedy: 'Correct one address, or remove the server that is listed twice.',
          },
        ];
  });
}

function danglingComponents(landscape: Landscape): Fault[] {
  const servers = new Set(landscape.servers.map((s) => s.id));
  const applications = new Set(landscape.applications.map((a) => a.id));
  return landscape.components.flatMap((component, i) => [
    ...missing(servers, component.server, `/components/${i}/server`, 'server'),
    ...missing(applications, component.application, `/components/${i}/application`, 'application'),
  ]);
}

function danglingRelations(landscape: Landscape): Fault[] {
  const servers = new Set(landscape.servers.map((s) => s.id));
  const components = new Set(landscape.components.map((c) => c.id));
  return landscape.relations.flatMap((relation, i) => {
    const [targets, what] =
      relation.type === 'runsOn' ? ([servers, 'server'] as const) : ([components, 'component'] as const);
    return [
      ...missing(components, relation.from, `/relations/${i}/from`, 'component'),
      ...missing(targets, relation.to, `/relations/${i}/to`, what),
    ];
  });
}

function danglingRest(landscape: Landscape, cis: ReadonlySet<string>): Fault[] {
  const servers = new Set(landscape.servers.map((s) => s.id));
  return [
    ...landscape.batchJobs.flatMap((job, i) =>
      missing(servers, job.server, `/batchJobs/${i}/server`, 'server'),
    ),
    ...landscape.monitors.flatMap((monitor, i) => missing(cis, monitor.ci, `/monitors/${i}/ci`, 'CI')),
  ];
}

function missing(known: ReadonlySet<string>, id: string, path: string, what: string): Fault[] {
  if (known.has(id)) return [];
  return [
    {
      path,
      message: `there is no ${what} "${id}"`,
      remedy: `Add the ${what}, correct the id, or remove this entry.`,
    },
  ];
}

function dependencyCycles(landscape: Landscape, breaks: Breaks): Fault[] {
  const broken = new Set(breaks.map(({ from, to }) => `${from} ${to}`));
  const edges = new Map<string, string[]>(landscape.components.map((c) => [c.id, []]));
  for (const { type, from, to } of landscape.relations) {
    if (type === 'dependsOn' && edges.has(to) && !broken.has(`${from} ${to}`)) edges.get(from)?.push(to);
  }
  return cyclicSets(edges).map((set) => {
    const cycle = shortestCycle(edges, set);
    // A circle may share components with others: then breaking it alone does not help, and all of them are named.
    const all = set.length >= cycle.length ? ` (${set.length} in all: ${shortened(set)})` : '';
    return {
      path: '/relations',
      message: `components depend on each other${all} in a circle: ${cycle.join(' -> ')}`,
      remedy: `Remove one of these dependsOn relations; no stop order satisfies all of them. Or let the policy break one, with an owner and an end: /breaks: [ { from: ${cycle[0]}, to: ${cycle[1]}, ... } ].`,
    };
  });
}

function shortened(ids: readonly string[]): string {
  return ids.length > 10 ? `${ids.slice(0, 10).join(', ')}, ...` : ids.join(', ');
}
