import type { Action, DurationEntry, DurationHistory, PlanJob, PlanServer } from '@patchtide/contracts';
import type { Estimate } from './estimate';

/** Fewer attempts than this say nothing: a coarser level, which has more of them, is asked instead. */
export const MIN_SAMPLES = 3;

type Worked = Pick<PlanJob, 'id' | 'action' | 'ci' | 'kind' | 'server'>;

/** What past campaigns tell about durations: of one CI, or of all CIs of a kind. */
export class PastDurations {
  private readonly entries: ReadonlyMap<string, DurationEntry>;

  constructor(history: DurationHistory) {
    const enough = history.entries.filter((entry) => entry.samples >= MIN_SAMPLES);
    this.entries = new Map(enough.map((entry) => [keyOf(entry.action, entry.kind, entry.ci), entry]));
  }

  /** The estimate from the finest level that has enough samples; null where none has. */
  estimateOf(action: Action, kind: string, ci: string): Estimate | null {
    return this.at('ci', keyOf(action, kind, ci)) ?? this.at('kind', keyOf(action, kind, null));
  }

  private at(from: 'ci' | 'kind', key: string): Estimate | null {
    const entry = this.entries.get(key);
    if (!entry) return null;
    const { samples, p50Ms, p90Ms } = entry;
    return { estimateMs: p50Ms, estimateFrom: { from, samples, p90Ms: Math.max(p50Ms, p90Ms) } };
  }
}

/** The same jobs with what past campaigns tell about them; what they do not tell stays as it was expected. */
export function withPastDurations<J extends Worked>(
  jobs: readonly J[],
  servers: Readonly<Record<string, PlanServer>>,
  history: DurationHistory | undefined,
): readonly J[] {
  if (!history || history.entries.length === 0) return jobs;
  const past = new PastDurations(history);
  return jobs.map((job) => {
    const known = past.estimateOf(job.action, kindOfWork(job, servers[job.server]?.os), job.ci);
    return known ? { ...job, estimateMs: known.estimateMs, estimateFrom: known.estimateFrom } : job;
  });
}

/**
 * The kind under which a job's durations are kept: its component's; for one that serves a whole server, the operating
 * system's family; for a job of the policy's own, its name, because it has nothing in common with others of its action.
 */
export function kindOfWork(job: Worked, os: PlanServer['os'] | undefined): string {
  const standard = `${job.action.toLowerCase()}-${job.ci}`;
  // A component that runs on several servers has its further ones behind its id.
  const isStandard = job.id === standard || job.id.startsWith(`${standard}.`);
  if (!isStandard) return job.id.slice(0, -job.ci.length - 1);
  return job.kind ?? (os ?? '').split('-')[0] ?? '';
}

function keyOf(action: Action, kind: string, ci: string | null): string {
  return `${action} ${kind} ${ci ?? '*'}`;
}
