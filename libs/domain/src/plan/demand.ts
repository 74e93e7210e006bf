import type { PlanFreeze, PlanLimits, PlanServer, Window } from '@patchtide/contracts';
import { toMs } from '../instant';
import { own } from '../own';
import { type Lists, packed } from '../lists';
import type { JobTable } from './job-table';
import { type LimitedScope, LimitedScopes } from './limited-scopes';
import type { Schedulable } from './plan-index';

/** What bounds the jobs of a plan: how many may run, and when they may start. */
export interface Bounds {
  readonly limits: PlanLimits;
  readonly servers: Readonly<Record<string, PlanServer>>;
  /** One after the other; the next is released when the one before has ended and its soak is over. */
  readonly waves: readonly { readonly name: string; readonly soakMs: number }[];
  /** Nothing starts before it. */
  readonly startMs: number;
  /** By a job's `window`; left out: they are all open from the start. */
  readonly windows?: readonly Pick<Window, 'start' | 'end'>[];
  /** From its start until its end, its end not included, nothing of a freeze's servers starts. */
  readonly freezes?: readonly PlanFreeze[];
  /** Jobs that run already: they have passed every door, and only count against the limits. */
  readonly underWay?: ReadonlySet<string>;
}

/** More places than there are jobs. */
export const OPEN = 1 << 30;

/** A door opens or closes at a moment. */
export interface DoorMove {
  readonly atMs: number;
  readonly scope: number;
  readonly isOpen: boolean;
}

/**
 * What each job needs to start, as places in scopes. Jobs with the same needs stand in one queue: where the first of them
 * must wait, they all must. A limit is a scope with so many places, given back at the job's end; a cluster's place is
 * taken by a STOP and given back by the START; a wave, a window and a freeze are doors: scopes with no place or any number.
 */
export interface Demand {
  readonly queueOf: Int32Array;
  /** By queue: scopes of which a start takes a place. */
  readonly takes: Lists;
  /** By queue: scopes of which an end gives a place back. */
  readonly gives: Lists;
  /** By scope: free places before anything has started. */
  readonly places: Int32Array;
  /** In the order of time. */
  readonly moves: readonly DoorMove[];
  /** By job: position of its wave. */
  readonly waveOf: Int32Array;
  /** By wave: its door, and how long after the end of the one before it is released. */
  readonly waves: readonly { readonly door: number; readonly afterMs: number }[];
}

/** What the jobs of a table need to start. `isReversed`: time runs backward, so that a START takes what the STOP gives back. */
export function demandOf({ jobs }: JobTable, bounds: Bounds, isReversed = false): Demand {
  const scopes = new Scopes(bounds);
  const queues = new Map<string, number>();
  const takes: number[][] = [];
  const gives: number[][] = [];
  const waveOf = new Int32Array(jobs.length);
  const queueOf = Int32Array.from(jobs, (job, position) => {
    const wave = scopes.waveOf(job);
    waveOf[position] = wave;
    const limits = scopes.limitsOf(job);
    const key = scopes.keyOf(job, wave, limits);
    const queue = queues.get(key) ?? takes.length;
    if (queue === takes.length) {
      const [taken, given] = scopes.clusterOf(job, isReversed);
      queues.set(key, queue);
      takes.push([...scopes.doorsOf(job, wave), ...limits.scopes, ...taken]);
      gives.push([...limits.scopes, ...given]);
    }
    return queue;
  });
  scopes.takeWhatIsDown(jobs, isReversed);
  const { places, moves, waves } = scopes;
  return {
    queueOf,
    takes: packed(takes),
    gives: packed(gives),
    places: Int32Array.from(places),
    moves,
    waveOf,
    waves,
  };
}

/** Scopes that limit how many jobs run, by number. */
interface Limits {
  readonly scopes: readonly number[];
  readonly key: string;
}

/** The scopes that a plan's bounds make, by number. */
class Scopes {
  readonly places: number[] = [];
  readonly moves: DoorMove[] = [];
  readonly waves: { door: number; afterMs: number }[];
  private readonly limited: LimitedScopes;
  /** Numbers of the limited scopes among all, and those of the clusters. */
  private readonly numberOf: number[] = [];
  private readonly limits = new Map<readonly LimitedScope[], Limits>();
  private readonly clusters = new Map<string, number>();
  private readonly wavePosition: ReadonlyMap<string, number>;
  private readonly windowDoors: readonly (number | null)[];
  private readonly freezeDoors: readonly { door: number; servers: ReadonlySet<string> | null }[];

  constructor(private readonly bounds: Bounds) {
    const { waves, windows = [], freezes = [], startMs } = bounds;
    this.limited = new LimitedScopes(bounds.limits, bounds.servers);
    this.wavePosition = new Map(waves.map(({ name }, i) => [name, i]));
    this.waves = waves.map((_, i) => ({
      door: this.add(0),
      afterMs: waves[i - 1]?.soakMs ?? 0,
    }));
    this.windowDoors = windows.map(({ start }) =>
      toMs(start) > startMs ? this.door([toMs(start), Infinity]) : null,
    );
    this.freezeDoors = freezes
      .filter(({ end }) => toMs(end) > startMs)
      .map(({ start, end, servers }) => ({
        door: this.door([-Infinity, toMs(start)], [toMs(end), Infinity]),
        servers: servers === null ? null : new Set(servers),
      }));
    this.moves.sort((a, b) => a.atMs - b.atMs || a.scope - b.scope);
  }

  waveOf(job: Schedulable): number {
    return this.wavePosition.get(job.wave) ?? 0;
  }

  doorsOf(job: Schedulable, wave: number): number[] {
    if (this.bounds.underWay?.has(job.id)) return [];
    const doors: number[] = [];
    const ofWave = this.waves[wave];
    const window = this.windowDoors[job.window] ?? null;
    if (ofWave) doors.push(ofWave.door);
    if (window !== null) doors.push(window);
    return [...doors, ...this.freezesOf(job.server)];
  }

  private freezesOf(server: string): number[] {
    return this.freezeDoors.flatMap(({ door, servers }) => (servers?.has(server) === false ? [] : [door]));
  }

  limitsOf(job: Schedulable): Limits {
    const limited = this.limited.of(job);
    const known = this.limits.get(limited);
    if (known) return known;
    const scopes = limited.map(({ number, limit }) => (this.numberOf[number] ??= this.add(limit)));
    const limits = { scopes, key: scopes.join() };
    this.limits.set(limited, limits);
    return limits;
  }

  /** The same for jobs that need the same. */
  keyOf(job: Schedulable, wave: number, limits: Limits): string {
    const { action, cluster, server, window, id } = job;
    const isMember = cluster !== null && (action === 'STOP' || action === 'START');
    const frozen = this.freezeDoors.length === 0 ? '' : this.freezesOf(server).join();
    const isUnderWay = this.bounds.underWay?.has(id) === true;
    return `${limits.key}/${isUnderWay ? '' : `${wave}/${window}/${frozen}`}/${isMember ? `${action} ${cluster}` : ''}`;
  }

  /** The places in its cluster that a job takes when it starts and gives back when it has ended. */
  clusterOf(job: Schedulable, isReversed: boolean): [number[], number[]] {
    const limit = job.cluster === null ? undefined : own(this.bounds.limits.cluster, job.cluster);
    if (limit === undefined || (job.action !== 'STOP' && job.action !== 'START')) return [[], []];
    const scope = [this.clusterScope(job.cluster ?? '', limit)];
    return (job.action === 'STOP') === isReversed ? [[], scope] : [scope, []];
  }

  /** A member whose START is still to come and whose STOP is not among the jobs is down from the beginning. */
  takeWhatIsDown(jobs: readonly Schedulable[], isReversed: boolean): void {
    if (isReversed) return;
    const stopped = new Set(jobs.filter((job) => job.action === 'STOP').map((job) => job.ci));
    for (const job of jobs) {
      if (job.action !== 'START' || stopped.has(job.ci)) continue;
      for (const scope of this.clusterOf(job, false)[1]) this.places[scope] = (this.places[scope] ?? 0) - 1;
    }
  }

  private clusterScope(cluster: string, places: number): number {
    const scope = this.clusters.get(cluster) ?? this.add(places);
    this.clusters.set(cluster, scope);
    return scope;
  }

  private add(places: number): number {
    return this.places.push(places) - 1;
  }

  /** A scope that is open in these spans, from the first moment until before the last. */
  private door(...spans: readonly (readonly [number, number])[]): number {
    const { startMs } = this.bounds;
    const isOpen = spans.some(([from, to]) => from <= startMs && startMs < to);
    const scope = this.add(isOpen ? OPEN : 0);
    for (const [from, to] of spans) {
      if (from > startMs && from < Infinity) this.moves.push({ atMs: from, scope, isOpen: true });
      if (to > startMs && to < Infinity) this.moves.push({ atMs: to, scope, isOpen: false });
    }
    return scope;
  }
}
