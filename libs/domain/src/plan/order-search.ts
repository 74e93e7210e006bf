import { toMs } from '../instant';
import { type Bounds, type Demand, demandOf } from './demand';
import { type JobTable, ranked, reversed, tails } from './job-table';
import { type Course, rehearse } from './rehearsal';

/**
 * Jobs rehearsed after which the search ends, and rehearsals at most. Work is counted and not time, so that every machine
 * finds the same.
 */
const MOST_JOBS = 350_000;
const MOST_REHEARSALS = 40;
/** A course that is this much longer than the shortest is as good as it, where it takes less away. */
const AS_GOOD = 1.01;
/** What is left above the lower bound is not worth a search. */
const AT_BOUND = 1.0005;
/** How much more urgent than it is, at most, a group or a job is made in a disturbed order. */
const DISTURBANCE = 0.3;

/** An order of the jobs, and what comes of it. */
export interface Candidate {
  /** By position: the place of the job in the order, 0 first. */
  readonly rank: Float64Array;
  readonly course: Course;
  /** For how long components are down, in all. */
  readonly downMs: number;
}

export type Found = Candidate & { readonly demand: Demand };

/**
 * The best order found within a bounded amount of work: of the shortest campaigns, the one that has components down for the
 * least time. Tried are: one group after the other, the longest first; the longest remaining path first; both played
 * backward and forward again as long as that helps; and seeded disturbances of both.
 */
export function searchOrder(table: JobTable, bounds: Bounds, lowerBoundMs: number): Found {
  return new OrderSearch(table, bounds, lowerBoundMs).best();
}

class OrderSearch {
  private readonly found: Candidate[] = [];
  private readonly forward: Demand;
  private turned: { readonly table: JobTable; readonly demand: Demand } | null = null;
  private readonly tailMs: Float64Array;
  /** Positions of STOP and START of each component. */
  private readonly outages: readonly (readonly [stop: number, start: number])[];
  private left: number;

  constructor(
    private readonly table: JobTable,
    private readonly bounds: Bounds,
    private readonly lowerBoundMs: number,
  ) {
    this.forward = demandOf(table, bounds);
    this.tailMs = tails(table, table.estimateMs);
    this.outages = outagesOf(table);
    const affordable = Math.floor(MOST_JOBS / Math.max(1, table.jobs.length));
    this.left = Math.min(MOST_REHEARSALS, Math.max(3, affordable));
  }

  best(): Found {
    const first = this.improve(this.play(this.groupByGroup(() => 1)));
    if (this.isWorthMore()) this.improve(this.play(ranked(this.tailMs)));
    const draw = seeded(1);
    const disturbance = (): number => 1 + DISTURBANCE * draw();
    while (this.isWorthMore()) {
      this.improve(this.play(this.groupByGroup(disturbance)));
      if (this.isWorthMore()) this.improve(this.play(ranked(this.tailMs.map((ms) => ms * disturbance()))));
    }
    return { ...this.chosen(first), demand: this.forward };
  }

  /** Plays it backward and forward again, as long as that makes it shorter. */
  private improve(first: Candidate): Candidate {
    let best = first;
    while (this.isWorthMore(2)) {
      const next = this.play(this.turnedTwice(best.course));
      if (next.course.lastMs >= best.course.lastMs) break;
      best = next;
    }
    return best;
  }

  /** The order in which jobs start when the campaign is played from its end, what ended last first. */
  private turnedTwice({ endMs }: Course): Float64Array {
    this.left -= 1;
    const turned = (this.turned ??= this.turnRound());
    const durationMs = this.table.estimateMs;
    return ranked(rehearse({ ...turned, beginMs: 0, rank: ranked(endMs), durationMs }).endMs);
  }

  /** The same jobs with time running backward. Windows and freezes are left out: what is wanted is an order. */
  private turnRound() {
    const { table, bounds } = this;
    const waves = [...bounds.waves].reverse();
    return {
      table: reversed(table),
      demand: demandOf(table, { ...bounds, waves, windows: [], freezes: [] }, true),
    };
  }

  private play(rank: Float64Array): Candidate {
    this.left -= 1;
    const { table, forward: demand } = this;
    const beginMs = this.bounds.startMs;
    const course = rehearse({ table, demand, beginMs, rank, durationMs: table.estimateMs });
    const downMs = this.outages.reduce(
      (sum, [stop, start]) => sum + (course.endMs[start] ?? 0) - (course.startMs[stop] ?? 0),
      0,
    );
    const candidate = { rank, course, downMs };
    this.found.push(candidate);
    return candidate;
  }

  /** The group whose window ends first, of those the one with the longest path; within a group the longest remaining path first. */
  private groupByGroup(disturbance: () => number): Float64Array {
    const longest = new Map<string, number>();
    const endsMs = (this.bounds.windows ?? []).map(({ end }) => toMs(end));
    const untilMs = new Map<string, number>();
    this.table.jobs.forEach(({ group, window }, job) => {
      longest.set(group, Math.max(longest.get(group) ?? 0, this.tailMs[job] ?? 0));
      untilMs.set(group, endsMs[window] ?? 0);
    });
    const groups = [...longest].map(([group, ms]) => {
      return { group, ms: ms * disturbance(), untilMs: untilMs.get(group) ?? 0 };
    });
    groups.sort((a, b) => a.untilMs - b.untilMs || b.ms - a.ms || (a.group < b.group ? -1 : 1));
    const place = new Map(groups.map(({ group }, i) => [group, groups.length - i]));
    const whole = Math.max(1, ...groups.map(({ ms }) => ms)) * 2;
    return ranked(
      this.tailMs.map((ms, job) => (place.get(this.table.jobs[job]?.group ?? '') ?? 0) * whole + ms),
    );
  }

  /** With several windows, what ends after its own is not made good by an early end of the whole. */
  private keepWhatEndsInItsWindows(): void {
    const endsMs = (this.bounds.windows ?? []).map(({ end }) => toMs(end));
    const lateness = this.found.map(({ course }) =>
      this.table.jobs.reduce((sum, { window }, job) => {
        return sum + Math.max(0, (course.endMs[job] ?? 0) - (endsMs[window] ?? Infinity));
      }, 0),
    );
    const least = Math.min(...lateness);
    const kept = this.found.filter((_, i) => lateness[i] === least);
    this.found.splice(0, this.found.length, ...kept);
  }

  private isWorthMore(rehearsals = 1): boolean {
    return this.left >= rehearsals && this.shortestMs() > this.lowerBoundMs * AT_BOUND;
  }

  private shortestMs(): number {
    return Math.min(...this.found.map(({ course }) => course.lastMs)) - this.bounds.startMs;
  }

  /** A shorter campaign that fits its windows is never given up for one that does not. */
  private chosen(first: Candidate): Candidate {
    const { startMs, windows = [] } = this.bounds;
    if (windows.length > 1) this.keepWhatEndsInItsWindows();
    const shortestMs = this.shortestMs();
    const untilMs = Math.max(...windows.map(({ end }) => toMs(end))) - startMs;
    const asGoodMs = shortestMs * AS_GOOD;
    const longestMs = shortestMs <= untilMs ? Math.min(asGoodMs, untilMs) : asGoodMs;
    const good = this.found.filter(({ course }) => course.lastMs - startMs <= longestMs);
    return good.reduce(
      (best, other) => (isBetter(other, best) ? other : best),
      good[0] ?? this.found[0] ?? first,
    );
  }
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.downMs < b.downMs || (a.downMs === b.downMs && a.course.lastMs < b.course.lastMs);
}

function outagesOf({ jobs, position }: JobTable): (readonly [number, number])[] {
  const stops = new Map(
    jobs.filter(({ action }) => action === 'STOP').map(({ ci, id }) => [ci, position.get(id)]),
  );
  return jobs.flatMap(({ action, ci }, start) => {
    const stop = action === 'START' ? stops.get(ci) : undefined;
    return stop === undefined ? [] : [[stop, start] as const];
  });
}

/** Numbers from 0 to 1, the same in the same order every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
