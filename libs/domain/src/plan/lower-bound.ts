import type { PlanLimits } from '@patchtide/contracts';
import { toMs } from '../instant';
import { own } from '../own';
import type { Bounds } from './demand';
import { type JobTable, longestPath, reversed, tails } from './job-table';
import { type LimitedScope, LimitedScopes } from './limited-scopes';

/** No order of the jobs could be faster than `ms`; `boundBy` says in words what decides that. */
export interface LowerBound {
  readonly ms: number;
  readonly boundBy: string;
}

const NOTHING: LowerBound = { ms: 0, boundBy: 'nothing' };

/**
 * The greatest of what no order can beat, from `startMs` on: the longest path; for every limited scope the work in it over
 * its limit, with the least that must come before and after; for every cluster the time its members are down, so many at a
 * time. Waves come one after the other with their soaks, and a window does not open earlier.
 */
export function lowerBound(table: JobTable, bounds: Bounds): LowerBound {
  const { startMs, windows = [] } = bounds;
  const whole = waveAfterWave(table, bounds, () => true);
  const inWindows = windows.map(({ start }, window): LowerBound => {
    const waitMs = toMs(start) - startMs;
    const isIn = (job: number): boolean => table.jobs[job]?.window === window;
    const inside = waitMs > 0 ? waveAfterWave(table, bounds, isIn) : NOTHING;
    if (inside.ms === 0) return NOTHING;
    return {
      ms: waitMs + inside.ms,
      boundBy: `window ${window + 1}, which opens at ${start}, and in it ${inside.boundBy}`,
    };
  });
  return inWindows.reduce(greater, whole);
}

function greater(a: LowerBound, b: LowerBound): LowerBound {
  return b.ms > a.ms ? b : a;
}

type IsIn = (job: number) => boolean;

function waveAfterWave(table: JobTable, bounds: Bounds, isIn: IsIn): LowerBound {
  const parts = bounds.waves
    .map(({ name, soakMs }) => {
      const share = new Share(table, bounds, (job) => table.jobs[job]?.wave === name && isIn(job));
      return { name, soakMs, ...share.lowerBound() };
    })
    .filter(({ ms }) => ms > 0);
  const [only] = parts;
  if (!only) return NOTHING;
  if (parts.length === 1) return { ms: only.ms, boundBy: only.boundBy };
  const soakMs = parts.slice(0, -1).reduce((sum, part) => sum + part.soakMs, 0);
  const inWords = parts.map(({ name, boundBy }) => `${name} by ${boundBy}`).join(', ');
  return {
    ms: parts.reduce((sum, { ms }) => sum + ms, soakMs),
    boundBy: `the waves one after the other: ${inWords}`,
  };
}

/** Some of the jobs, as if the others took no time. */
class Share {
  private readonly durationMs: Float64Array;
  private readonly tailMs: Float64Array;
  private readonly headMs: Float64Array;

  constructor(
    private readonly table: JobTable,
    private readonly bounds: Bounds,
    private readonly isIn: IsIn,
  ) {
    this.durationMs = table.estimateMs.map((ms, job) => (isIn(job) ? ms : 0));
    this.tailMs = tails(table, this.durationMs);
    this.headMs = tails(reversed(table), this.durationMs);
  }

  lowerBound(): LowerBound {
    const { limits, servers } = this.bounds;
    const scopes = new LimitedScopes(limits, servers);
    const loads = new Map<string | LimitedScope, Load>();
    const loadOf = (key: string | LimitedScope, places: number, boundBy: string): Load => {
      const load = loads.get(key) ?? { places, boundBy, workMs: 0, beforeMs: Infinity, afterMs: Infinity };
      loads.set(key, load);
      return load;
    };
    this.table.jobs.forEach((job, at) => {
      if (!this.isIn(at)) return;
      for (const scope of scopes.of(job)) {
        const load = loads.get(scope) ?? loadOf(scope, scope.limit, limitInWords(scope));
        this.add(load, { workMs: this.durationMs[at] ?? 0, first: at, last: at });
      }
    });
    for (const { cluster, limit, ...outage } of outages(this.table, limits)) {
      if (!this.isIn(outage.first)) continue;
      const boundBy = `cluster ${cluster}, of which ${limit} may be down at a time`;
      this.add(loadOf(cluster, limit, boundBy), outage);
    }
    return [...loads.values()].map(boundOf).reduce(greater, this.longestPath());
  }

  private add(load: Load, piece: Piece): void {
    const beforeMs = (this.headMs[piece.first] ?? 0) - (this.durationMs[piece.first] ?? 0);
    const afterMs = (this.tailMs[piece.last] ?? 0) - (this.durationMs[piece.last] ?? 0);
    load.workMs += piece.workMs;
    load.beforeMs = Math.min(load.beforeMs, beforeMs);
    load.afterMs = Math.min(load.afterMs, afterMs);
  }

  private longestPath(): LowerBound {
    const path = longestPath(this.table, this.tailMs);
    const members = new Map<string, number>();
    for (const job of path) {
      const { action, cluster = null } = this.table.jobs[job] ?? {};
      if (action === 'STOP' && cluster !== null) members.set(cluster, (members.get(cluster) ?? 0) + 1);
    }
    const most = [...members].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
    const through =
      most[1] > 1 ? `, through ${most[1]} members of cluster ${most[0]} one after the other` : '';
    return { ms: this.tailMs[path[0] ?? 0] ?? 0, boundBy: `the longest path${through}` };
  }
}

/** Work that shares so many places, and the least time before and after any piece of it. */
interface Load {
  readonly boundBy: string;
  readonly places: number;
  workMs: number;
  beforeMs: number;
  afterMs: number;
}

/** Time that a place is taken, from the start of one job to the end of another. */
interface Piece {
  readonly workMs: number;
  readonly first: number;
  readonly last: number;
}

function limitInWords({ limit, name }: LimitedScope): string {
  return `the limit of ${limit} jobs for ${name}`;
}

function boundOf({ boundBy, places, workMs, beforeMs, afterMs }: Load): LowerBound {
  return { boundBy, ms: beforeMs + Math.ceil(workMs / places) + afterMs };
}

/** Every member of a limited cluster is down at least for the longest path from its STOP to its START over its own server. */
function outages(table: JobTable, limits: PlanLimits): (Piece & { cluster: string; limit: number })[] {
  const { jobs, order } = table;
  const isMember = (job: number): boolean => own(limits.cluster, jobs[job]?.cluster ?? '') !== undefined;
  const hosts = new Map<string, number[]>();
  for (const job of order) if (isMember(job)) hosts.set(jobs[job]?.server ?? '', []);
  for (const job of order) hosts.get(jobs[job]?.server ?? '')?.push(job);
  return [...order].flatMap((first) => {
    const { action, ci, server = '', cluster } = jobs[first] ?? {};
    const limit = own(limits.cluster, cluster ?? '');
    if (action !== 'STOP' || limit === undefined || !cluster) return [];
    const here = hosts.get(server) ?? [];
    const last = here.find((job) => jobs[job]?.action === 'START' && jobs[job].ci === ci);
    return last === undefined
      ? []
      : [{ cluster, limit, first, last, workMs: pathMs(table, here, first, last) }];
  });
}

/** The longest path between two of some jobs, over these jobs only; they come in an order that keeps all waits. */
function pathMs(
  { waitsFor, estimateMs }: JobTable,
  jobs: readonly number[],
  first: number,
  last: number,
): number {
  const reached = new Map<number, number>([[first, estimateMs[first] ?? 0]]);
  for (const job of jobs) {
    if (job === first) continue;
    const before = waitsFor.items.subarray(waitsFor.from[job], waitsFor.from[job + 1]);
    const longest = before.reduce((most, earlier) => Math.max(most, reached.get(earlier) ?? -1), -1);
    if (longest >= 0) reached.set(job, longest + (estimateMs[job] ?? 0));
  }
  return reached.get(last) ?? 0;
}
