import type { Plan, PlanJob } from '@patchtide/contracts';
import { inWords } from '../forecast/in-words';
import { toInstant, toMs } from '../instant';
import { own } from '../own';
import { LimitedScopes } from './limited-scopes';

/** What keeps a job from starting when everything it waits for is done, in words; empty when nothing does. */
export function whatHolds(plan: Plan, job: PlanJob): string[] {
  const startMs = toMs(job.estimatedStart);
  const readyMs = readyAt(plan, job);
  if (readyMs >= startMs) return [];
  const doors = [windowDoor(plan, job), waveDoor(plan, job), ...freezeDoors(plan, job, readyMs)]
    .flatMap((door) => door ?? [])
    .filter(({ untilMs }) => untilMs > readyMs);
  const openMs = Math.max(readyMs, ...doors.map(({ untilMs }) => untilMs));
  return [
    ...doors.map(({ words }) => words),
    ...(openMs < startMs ? limitsAt(plan, job, openMs, startMs) : []),
  ];
}

/** When it could start for all that it waits for. */
function readyAt(plan: Plan, job: PlanJob): number {
  const earlier = new Set(job.dependsOn);
  const ends = plan.jobs.filter(({ id }) => earlier.has(id)).map(({ estimatedEnd }) => toMs(estimatedEnd));
  return Math.max(toMs(plan.at), toMs(plan.window.start), ...ends);
}

interface Door {
  readonly untilMs: number;
  readonly words: string;
}

function windowDoor({ windows }: Plan, job: PlanJob): Door | null {
  const start = windows[job.window]?.start;
  if (start === undefined) return null;
  return {
    untilMs: toMs(start),
    words: `it is in window ${job.window + 1}, which opens at ${toInstant(toMs(start))}`,
  };
}

/** A wave begins with its first job; before that the wave before it has to end, and to rest. */
function waveDoor({ waves, jobs }: Plan, job: PlanJob): Door | null {
  const position = waves.findIndex(({ name }) => name === job.wave);
  const before = waves.slice(0, Math.max(0, position)).findLast(({ servers }) => servers > 0);
  if (!before) return null;
  const ends = jobs.filter(({ wave }) => wave === before.name).map(({ estimatedEnd }) => toMs(estimatedEnd));
  if (ends.length === 0) return null;
  const rest = before.soakMs > 0 ? ` and rests for ${inWords(before.soakMs)}` : '';
  const endMs = Math.max(...ends);
  return {
    untilMs: endMs + before.soakMs,
    words: `it is in wave ${job.wave}; wave ${before.name} ends before it, at ${toInstant(endMs)}${rest}`,
  };
}

function freezeDoors({ freezes }: Plan, job: PlanJob, readyMs: number): Door[] {
  const startMs = toMs(job.estimatedStart);
  return freezes
    .filter(({ servers }) => servers === null || servers.includes(job.server))
    .filter(({ start, end }) => toMs(start) < startMs && toMs(end) > readyMs)
    .map(({ name, end }) => ({
      untilMs: toMs(end),
      words: `nothing may start in the freeze "${name}" until ${toInstant(toMs(end))}`,
    }));
}

/** The limits that are full just before it starts, as the plan expects it. */
function limitsAt(plan: Plan, job: PlanJob, openMs: number, startMs: number): string[] {
  const running = plan.jobs.filter(
    ({ id, estimatedStart, estimatedEnd }) =>
      id !== job.id && toMs(estimatedStart) < startMs && toMs(estimatedEnd) >= startMs,
  );
  const scopes = new LimitedScopes(plan.limits, plan.servers);
  const counts = new Map<string, number>();
  for (const other of running)
    for (const { name } of scopes.of(other)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const full = scopes
    .of(job)
    .filter(({ name, limit }) => (counts.get(name) ?? 0) >= limit)
    .map(({ name, limit }) => `the limit of ${limit} running jobs for ${name} is reached until then`);
  const all = [...full, ...clusterAt(plan, job, startMs)];
  return all.length > 0 ? all : [`other jobs go first, from ${toInstant(openMs)} on`];
}

/** Members are down from the start of their stop to the end of their start. */
function clusterAt({ limits, jobs }: Plan, job: PlanJob, startMs: number): string[] {
  const limit = job.cluster === null || job.action !== 'STOP' ? undefined : own(limits.cluster, job.cluster);
  if (limit === undefined) return [];
  const members = jobs.filter(({ cluster, ci }) => cluster === job.cluster && ci !== job.ci);
  const cisOf = (action: string, isBefore: (one: PlanJob) => boolean): Set<string> =>
    new Set(members.filter((one) => one.action === action && isBefore(one)).map(({ ci }) => ci));
  const back = cisOf('START', ({ estimatedEnd }) => toMs(estimatedEnd) < startMs);
  const stopped = cisOf('STOP', ({ estimatedStart }) => toMs(estimatedStart) < startMs);
  const down = [...stopped].filter((ci) => !back.has(ci)).length;
  if (down < limit) return [];
  return [`${down} of the ${limit} members that may be down together in cluster ${job.cluster} are down`];
}
