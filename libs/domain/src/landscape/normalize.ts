import type { Landscape } from '@patchtide/contracts';

/**
 * The landscape with every list present and in the order of ids, so that the same estate has the same digest whatever
 * the order of its rows. Expects the published shape, in which only `servers` is required.
 */
export function normalizeLandscape(landscape: Partial<Landscape>): Landscape {
  const { servers, components, applications, relations, batchJobs, monitors } = completeLandscape(landscape);
  return {
    servers: byId(servers),
    components: byId(components),
    applications: byId(applications),
    relations: [...relations].sort((a, b) =>
      compare(`${a.type} ${a.from} ${a.to}`, `${b.type} ${b.from} ${b.to}`),
    ),
    batchJobs: byId(batchJobs),
    monitors: byId(monitors),
  };
}

/** The landscape with every list present and its rows where they are, so that a fault's place is the writer's. */
export function completeLandscape(landscape: Partial<Landscape>): Landscape {
  const {
    servers = [],
    components = [],
    applications = [],
    relations = [],
    batchJobs = [],
    monitors = [],
  } = landscape;
  return { servers, components, applications, relations, batchJobs, monitors };
}

function byId<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => compare(a.id, b.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
