import type { JobView, ObligationView } from '../views';

export interface WaveCount {
  readonly name: string;
  readonly jobs: number;
  readonly settled: number;
}

/** What the campaign's own view does not count: jobs by wave, open obligations by kind. */
export interface TallyView {
  readonly waves: readonly WaveCount[];
  readonly owed: Readonly<Record<string, number>>;
}

/** An event of the campaign as the live stream sends it. */
export interface LiveEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const SETTLED = new Set(['succeeded', 'skipped', 'completed']);
const SETTLING = new Set(['JobSucceeded', 'JobSkipped', 'JobCompleted']);
const COUNTED = new Set([...SETTLING, 'ObligationOpened', 'ObligationDischarged']);

/**
 * Counts along with the live events, from a reading of all jobs and obligations. The stream may be ahead of the
 * reading, so all its events are counted on top of it; those that are in both change nothing.
 */
export class Tally {
  private waveOf: ReadonlyMap<string, string> = new Map();
  private settled = new Set<string>();
  private owed = new Map<string, string>();
  private readonly events: LiveEvent[] = [];

  /** Takes a reading; with the events that came before or while it was made. */
  begin(jobs: readonly JobView[], obligations: readonly ObligationView[]): void {
    const inTime = [...jobs].sort((a, b) => Date.parse(a.estimatedStart) - Date.parse(b.estimatedStart));
    this.waveOf = new Map(inTime.map(({ id, wave }) => [id, wave]));
    this.settled = new Set(jobs.filter(({ status }) => SETTLED.has(status)).map(({ id }) => id));
    this.owed = new Map(obligations.filter(({ open }) => open).map(({ id, kind }) => [id, kind]));
    for (const event of this.events) this.count(event);
  }

  apply(event: LiveEvent): void {
    if (!COUNTED.has(event.type)) return;
    this.events.push(event);
    this.count(event);
  }

  /** Jobs in the last reading. */
  get jobs(): number {
    return this.waveOf.size;
  }

  get view(): TallyView {
    const waves = new Map<string, { name: string; jobs: number; settled: number }>();
    for (const [job, name] of this.waveOf) {
      const wave = waves.get(name) ?? { name, jobs: 0, settled: 0 };
      wave.jobs += 1;
      if (this.settled.has(job)) wave.settled += 1;
      waves.set(name, wave);
    }
    const owed: Record<string, number> = {};
    for (const kind of this.owed.values()) owed[kind] = (owed[kind] ?? 0) + 1;
    return { waves: [...waves.values()], owed };
  }

  private count({ type, data }: LiveEvent): void {
    if (SETTLING.has(type)) this.settled.add(String(data['job']));
    if (type === 'ObligationOpened') this.owed.set(String(data['obligation']), String(data['kind']));
    if (type === 'ObligationDischarged') this.owed.delete(String(data['obligation']));
  }
}
