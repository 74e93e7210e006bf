import type { PlanLimits, PlanServer, Window } from '@patchtide/contracts';
import { type Interval, overlaps } from '../calendar/intervals';
import { grouped } from '../grouped';
import { toMs } from '../instant';
import { demandOf } from './demand';
import { type JobTable, jobTable, ranked, tails } from './job-table';
import type { Schedulable } from './plan-index';
import { rehearse } from './rehearsal';

export interface WindowChoice {
  readonly jobs: readonly Schedulable[];
  /** One after the other: the next begins when the one before has ended and its soak is over. */
  readonly waves: readonly { readonly name: string; readonly soakMs: number }[];
  readonly windows: readonly Window[];
  /** By group: positions of the windows in which it may run, in order. */
  readonly openTo: ReadonlyMap<string, readonly number[]>;
  /** By group: what it is worth to be early; groups without are worth nothing. */
  readonly importance: ReadonlyMap<string, number>;
  readonly limits: PlanLimits;
  readonly servers: Readonly<Record<string, PlanServer>>;
  /** Nothing starts before it. */
  readonly startMs: number;
}

/** How often a window's share is made smaller, each time by twice as much, until its rehearsal ends in time. */
const MOST_TRIES = 8;

/**
 * The window of each group, by position. Wave by wave, the most important and then the largest groups go into the first
 * window in which, as rehearsed within all limits, they end in time; no group is divided, and no wave begins before the one
 * before it has ended. What has room in none goes into the last that is open to it, where the forecast says so.
 */
export function assignWindows(choice: WindowChoice): ReadonlyMap<string, number> {
  const hasChoice = [...choice.openTo.values()].some((positions) => positions.length > 1);
  return hasChoice
    ? new Assignment(choice).assign()
    : new Map([...choice.openTo].map(([group, [only = 0]]) => [group, only]));
}

/** A copy of a job that is tried in one window after the other. */
type Movable = Omit<Schedulable, 'window'> & { window: number };

interface Group {
  readonly name: string;
  readonly jobs: readonly Movable[];
  readonly open: readonly number[];
}

class Assignment {
  private readonly windowOf = new Map<string, number>();
  private readonly windows: readonly Interval[];
  /** In the order of their ids, so that no rehearsal has to sort them. */
  private readonly jobs: readonly Movable[];
  /** When the present wave may begin. */
  private waveMs: number;

  constructor(private readonly choice: WindowChoice) {
    this.windows = choice.windows.map(({ start, end }) => ({ startMs: toMs(start), endMs: toMs(end) }));
    this.waveMs = choice.startMs;
    this.jobs = choice.jobs.map((job) => ({ ...job })).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  assign(): ReadonlyMap<string, number> {
    const groups = this.byImportance();
    const waves = this.choice.waves
      .map(({ name, soakMs }) => ({ soakMs, wave: groups.filter(({ jobs }) => jobs[0]?.wave === name) }))
      .filter(({ wave }) => wave.length > 0);
    waves.forEach(({ wave, soakMs }, i) => {
      this.assignWave(wave);
      if (i < waves.length - 1) this.waveMs = this.rehearse(wave, longestFirst).lastMs + soakMs;
    });
    return this.windowOf;
  }

  private assignWave(wave: readonly Group[]): void {
    let left = wave;
    for (let window = 0; window < this.windows.length; window++) {
      const placed = new Set(this.fill(window, left, wave));
      left = left.filter((group) => !placed.has(group));
    }
    for (const { name, open } of left) this.windowOf.set(name, open.at(-1) ?? 0);
  }

  /** The groups that go into a window, of those that have no place yet. */
  private fill(window: number, left: readonly Group[], wave: readonly Group[]): readonly Group[] {
    const { endMs = 0 } = this.windows[window] ?? {};
    const eligible = endMs > this.waveMs ? left.filter(({ open }) => open.includes(window)) : [];
    if (eligible.length === 0) return [];
    const beside = wave.filter(({ name }) => this.sharesTime(this.windowOf.get(name), window));
    const lateWith = (groups: readonly Group[], order: Order): ReadonlySet<string> => {
      for (const { name } of groups) this.windowOf.set(name, window);
      const { late } = this.rehearse([...beside, ...groups], order);
      for (const { name } of groups) this.windowOf.delete(name);
      return late;
    };
    const late = lateWith(eligible, asGiven);
    let fitting = eligible.filter(({ name }) => !late.has(name));
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const tooMany = lateWith(fitting, longestFirst).size * 2 ** tries;
      if (tooMany === 0) break;
      fitting = fitting.slice(0, Math.max(0, fitting.length - tooMany));
    }
    for (const { name } of fitting) this.windowOf.set(name, window);
    return fitting;
  }

  /** Plays these groups in their windows: who ends after his window, and when the last one ends. */
  private rehearse(groups: readonly Group[], order: Order): { late: ReadonlySet<string>; lastMs: number } {
    const { limits, servers, windows } = this.choice;
    const played = new Set(groups.map(({ name }) => name));
    const jobs = this.jobs.filter(({ group }) => played.has(group));
    for (const job of jobs) job.window = this.windowOf.get(job.group) ?? 0;
    const table = jobTable(jobs);
    const demand = demandOf(table, { limits, servers, windows, waves: [], startMs: this.waveMs });
    const rank = order(table, groups, this.windows);
    const course = rehearse({ table, demand, beginMs: this.waveMs, rank, durationMs: table.estimateMs });
    const late = new Set<string>();
    table.jobs.forEach((job, i) => {
      // What can never start is as late as can be.
      if (!((course.endMs[i] ?? NaN) <= (this.windows[job.window]?.endMs ?? 0))) late.add(job.group);
    });
    return { late, lastMs: course.lastMs };
  }

  private sharesTime(window: number | undefined, other: number): boolean {
    const [a, b] = [this.windows[window ?? -1], this.windows[other]];
    return a !== undefined && b !== undefined && overlaps(a, b);
  }

  /** The most important first, of those the largest. */
  private byImportance(): Group[] {
    const { openTo, importance } = this.choice;
    const byName = grouped(this.jobs, ({ group }) => group);
    const worth = ({ name }: Group): number => importance.get(name) ?? 0;
    return [...byName]
      .map(([name, list]) => ({ name, jobs: list, open: openTo.get(name) ?? [] }))
      .sort((a, b) => worth(b) - worth(a) || b.jobs.length - a.jobs.length || (a.name < b.name ? -1 : 1));
  }
}

/** A rank for each job of a table, by the groups that they belong to. */
type Order = (table: JobTable, groups: readonly Group[], windows: readonly Interval[]) => Float64Array;

/** One group after the other, within a group the longest remaining path first. */
const asGiven: Order = (table, groups) => {
  const tailMs = tails(table, table.estimateMs);
  const whole = 1 + tailMs.reduce((longest, ms) => Math.max(longest, ms), 0);
  const place = new Map(groups.map(({ name }, i) => [name, groups.length - i]));
  return ranked(tailMs.map((ms, job) => (place.get(table.jobs[job]?.group ?? '') ?? 0) * whole + ms));
};

/** As the search for the plan's order begins: whose window ends first, and of those the group with the longest path. */
const longestFirst: Order = (table, groups, windows) => {
  const tailMs = tails(table, table.estimateMs);
  const longest = new Map<string, number>();
  const untilMs = new Map<string, number>();
  table.jobs.forEach(({ group, window }, job) => {
    longest.set(group, Math.max(longest.get(group) ?? 0, tailMs[job] ?? 0));
    untilMs.set(group, windows[window]?.endMs ?? 0);
  });
  const length = ({ name }: Group): number => longest.get(name) ?? 0;
  const until = ({ name }: Group): number => untilMs.get(name) ?? 0;
  const inOrder = [...groups].sort(
    (a, b) => until(a) - until(b) || length(b) - length(a) || (a.name < b.name ? -1 : 1),
  );
  return asGiven(table, inOrder, windows);
};
