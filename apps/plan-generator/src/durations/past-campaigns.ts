import type { Action, DurationEntry, DurationHistory } from '@patchtide/contracts';
import { MIN_SAMPLES } from '@patchtide/domain';
import type { Pool } from '@patchtide/event-store';

interface Row {
  readonly action: Action;
  readonly kind: string;
  readonly ci: string | null;
  readonly samples: number;
  readonly quantiles: readonly number[];
}

/** What past campaigns tell about durations, as the planner reckons with it. */
export class PastCampaigns {
  constructor(private readonly pool: Pool) {}

  /** Quantiles by action and kind, of all CIs and of each, where there are enough samples to count. The same rows give the same history. */
  async durations(): Promise<DurationHistory> {
    const { rows } = await this.pool.query<Row>(
      `select action, kind, ci, count(*)::int as samples,
         (percentile_disc(array[0.5, 0.9, 0.99]) within group (order by ms))::float8[] as quantiles
       from durations.job_duration group by grouping sets ((action, kind, ci), (action, kind))
       having count(*) >= $1`,
      [MIN_SAMPLES],
    );
    return { entries: rows.map(entryOf).sort(byKey) };
  }
}

function entryOf({ action, kind, ci, samples, quantiles }: Row): DurationEntry {
  const [p50Ms = 0, p90Ms = 0, p99Ms = 0] = quantiles;
  return { action, kind, ci, samples, p50Ms, p90Ms, p99Ms };
}

/** By code units, not by the database's collation, which differs between machines. */
function byKey(a: DurationEntry, b: DurationEntry): number {
  return compare(a.action, b.action) || compare(a.kind, b.kind) || compare(a.ci ?? '', b.ci ?? '');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
