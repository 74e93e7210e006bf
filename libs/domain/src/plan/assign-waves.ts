import type { Wave } from '@patchtide/contracts';
import type { DraftPlan } from './draft-plan';
import type { Groups } from './groups';
import { type Candidate, Spread } from './spread';

export interface WaveAssignment {
  /** The wave's name by group. */
  readonly waveOf: ReadonlyMap<string, string>;
  /** For each wave but the last, what was chosen for it. */
  readonly notes: readonly string[];
}

/** What a wave is spread over, with what a new one is worth: first of all applications, sites and operating systems. */
const DIMENSIONS = ['applications', 'sites', 'families', 'zones', 'hypervisors'] as const;
const WEIGHTS = [4, 4, 4, 1, 1];

/**
 * Divides whole groups among the waves. Each wave but the last gets small groups that differ as much as possible, up to
 * its share of the servers; it has more only where not even the smallest group is that small, and then it is that one
 * group. The last wave gets the rest, and at least one group.
 */
export function assignWaves(
  draft: Pick<DraftPlan, 'servers' | 'jobs'>,
  groups: Groups,
  waves: readonly Wave[],
): WaveAssignment {
  const candidates = candidatesOf(draft, groups);
  const total = candidates.reduce((sum, { servers }) => sum + servers, 0);
  const last = waves.at(-1)?.name ?? 'all';
  const waveOf = new Map(candidates.map(({ group }) => [group, last]));
  const spread = new Spread(candidates, WEIGHTS);
  const notes = waves.slice(0, -1).map(({ name, share = '0%' }) => {
    const room = Math.ceil((total * Number.parseInt(share, 10)) / 100);
    const chosen = choose(spread, room);
    for (const { group } of chosen) waveOf.set(group, name);
    return `${name}: ${described(chosen, room)}`;
  });
  return { waveOf, notes };
}

function choose(spread: Spread, share: number): Candidate[] {
  const chosen: Candidate[] = [];
  spread.beginRound();
  for (let room = share; room > 0 && spread.size > 1;) {
    const next = spread.take(room) ?? (chosen.length === 0 ? spread.takeSmallest() : null);
    if (!next) break;
    chosen.push(next);
    room -= next.servers;
  }
  return chosen;
}

function candidatesOf(draft: Pick<DraftPlan, 'servers' | 'jobs'>, groups: Groups): Candidate[] {
  const applications = new Map(draft.jobs.map((job) => [job.server, job.applications]));
  return [...groups.all()].map(([group, ids]) => {
    const servers = ids.flatMap((id) => draft.servers[id] ?? []);
    const traits: Record<(typeof DIMENSIONS)[number], readonly string[]> = {
      applications: ids.flatMap((id) => applications.get(id) ?? []),
      sites: servers.map(({ site }) => site),
      families: servers.map(({ os }) => os.split('-')[0] ?? os),
      zones: servers.map(({ zone }) => zone),
      hypervisors: servers.flatMap(({ hypervisor }) => hypervisor ?? []),
    };
    return { group, servers: ids.length, traits: DIMENSIONS.map((name) => distinct(traits[name])) };
  });
}

/** `3 servers of 3 applications at 2 sites, debian and rhel` */
function described(chosen: readonly Candidate[], share: number): string {
  if (chosen.length === 0)
    return share === 0 ? 'no servers, because its share is 0%' : 'no servers, because one group has them all';
  const servers = chosen.reduce((sum, candidate) => sum + candidate.servers, 0);
  const [applications = [], sites = [], families = []] = DIMENSIONS.map((_, d) =>
    distinct(chosen.flatMap(({ traits }) => traits[d] ?? [])),
  );
  const of =
    applications.length === 0 ? 'without applications' : `of ${counted(applications.length, 'application')}`;
  const choice = `${counted(servers, 'server')} ${of} at ${counted(sites.length, 'site')}, ${listed(families)}`;
  return servers > share ? `${choice}; more than its share of ${share}, because no group is smaller` : choice;
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
