import type { Fault, Landscape } from '@patchtide/contracts';
import { cyclicSets, shortestCycle } from './cycles';

/**
 * Every contradiction in a landscape whose shape is right: duplicate ids, two servers with one address, relations to
 * nothing, dependency cycles. None means that plans can be made of it.
 */
export function checkLandscape(landscape: Landscape): Fault[] {
  const ids = new Set(
    [...landscape.servers, ...landscape.components, ...landscape.batchJobs].map((ci) => ci.id),
  );
  return [
    ...duplicateIds(landscape),
    ...sharedAddresses(landscape),
    ...danglingComponents(landscape),
    ...danglingRelations(landscape),
    ...danglingRest(landscape, ids),
    ...dependencyCycles(landscape),
  ];
}

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

function dependencyCycles(landscape: Landscape): Fault[] {
  const edges = new Map<string, string[]>(landscape.components.map((c) => [c.id, []]));
  for (const relation of landscape.relations) {
    if (relation.type === 'dependsOn' && edges.has(relation.to)) edges.get(relation.from)?.push(relation.to);
  }
  return cyclicSets(edges).map((set) => ({
    path: '/relations',
    message: `components depend on each other in a circle: ${shortestCycle(edges, set).join(' -> ')}`,
    remedy: 'Remove one of these dependsOn relations; no stop order satisfies all of them.',
  }));
}
