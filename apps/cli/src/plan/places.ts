import type { Action, Plan, PlanJob, PlanServer, Window } from '@patchtide/contracts';

/** A server with its jobs in the order of time. */
export interface ServerPlace {
  readonly server: PlanServer;
  /** Tiers of the components on it that are stopped, the first one to stop first. */
  readonly tiers: readonly string[];
  readonly jobs: readonly PlanJob[];
}

/** Servers of one application, or of several that share them; of none where nothing runs there that is stopped. */
export interface ApplicationPlace {
  readonly applications: readonly string[];
  readonly servers: readonly ServerPlace[];
}

export interface WavePlace {
  readonly wave: string;
  readonly applications: readonly ApplicationPlace[];
}

export interface WindowPlace {
  readonly position: number;
  readonly window: Window;
  readonly waves: readonly WavePlace[];
}

/** Where in the night everything is: windows, waves, applications, servers, each in the order in which it begins to go down. */
export function placesOf(plan: Plan): WindowPlace[] {
  const inTime = [...plan.jobs].sort(
    (a, b) => Date.parse(a.estimatedStart) - Date.parse(b.estimatedStart) || (a.id < b.id ? -1 : 1),
  );
  const ofWindow = groupBy(inTime, ({ window }) => String(window));
  return plan.windows.flatMap((window, position) => {
    const jobs = ofWindow.get(String(position)) ?? [];
    return jobs.length === 0 ? [] : [{ position, window, waves: wavesOf(plan, jobs) }];
  });
}

function wavesOf(plan: Plan, jobs: readonly PlanJob[]): WavePlace[] {
  return [...groupBy(jobs, ({ wave }) => wave)].map(([wave, ofWave]) => ({
    wave,
    applications: [
      ...groupBy(serversOf(plan, ofWave), ({ jobs: [job] }) => (job?.applications ?? []).join(' ')).values(),
    ].map((servers) => ({ applications: servers[0]?.jobs[0]?.applications ?? [], servers })),
  }));
}

/** Mutes all come first; when a server begins to go down says more. */
function serversOf(plan: Plan, jobs: readonly PlanJob[]): ServerPlace[] {
  const beginOf = ({ jobs: all }: ServerPlace): number =>
    Date.parse((mainJobs(all)[0] ?? all[0])?.estimatedStart ?? plan.forecast.start);
  return [...groupBy(jobs, ({ server }) => server)]
    .flatMap(([id, ofServer]): ServerPlace[] => {
      const server = plan.servers[id];
      return server ? [{ server, jobs: ofServer, tiers: tiersOf(ofServer) }] : [];
    })
    .sort((a, b) => beginOf(a) - beginOf(b) || (a.server.name < b.server.name ? -1 : 1));
}

function tiersOf(jobs: readonly PlanJob[]): string[] {
  return [...new Set(jobs.flatMap(({ tier }) => tier ?? []))];
}

const SURROUNDINGS: ReadonlySet<Action> = new Set(['MUTE', 'UNMUTE', 'HOLD', 'RELEASE']);

/** What is done to servers and by people, without mutes and holds around it. */
export function mainJobs(jobs: readonly PlanJob[]): PlanJob[] {
  return jobs.filter(({ action }) => !SURROUNDINGS.has(action));
}

/** Groups in the order of their first members. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
