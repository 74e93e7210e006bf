import type { PlanJob } from '@patchtide/contracts';

/** As many equally likely places in a distribution are drawn from. */
const PLACES = 1024;
/** Standard deviations below which nine of ten draws of a normal distribution stay. */
const P90_DEVIATIONS = 1.2815515655446004;

type Drawn = Pick<PlanJob, 'id' | 'estimateMs' | 'estimateFrom'>;

/**
 * Durations as they might be in one night after the other: lognormal through the half and the ninth tenth of each job. A
 * job has the same luck in the same night whatever else is planned, so that plans can be compared.
 */
export class DrawnDurations {
  private readonly luck: Int32Array;
  private readonly medianMs: Float64Array;
  private readonly deviation: Float64Array;
  private readonly night: Float64Array;

  constructor(jobs: readonly Drawn[], seed: string) {
    const common = hashOf(seed);
    this.luck = Int32Array.from(jobs, (job) => hashOf(job.id) ^ common);
    this.medianMs = Float64Array.from(jobs, (job) => job.estimateMs);
    this.deviation = Float64Array.from(jobs, deviationOf);
    this.night = new Float64Array(jobs.length);
  }

  /** Durations of the given night in whole milliseconds, by position of the job. The next call overwrites them. */
  of(night: number): Float64Array {
    const turn = Math.imul(night + 1, 0x9e3779b9);
    for (let job = 0; job < this.night.length; job++) {
      const place = mixed((this.luck[job] ?? 0) + turn) & (PLACES - 1);
      const factor = Math.exp((this.deviation[job] ?? 0) * (DEVIATES[place] ?? 0));
      this.night[job] = Math.round((this.medianMs[job] ?? 0) * factor);
    }
    return this.night;
  }
}

function deviationOf({ estimateMs, estimateFrom }: Drawn): number {
  return estimateMs > 0 ? Math.log(Math.max(1, estimateFrom.p90Ms / estimateMs)) / P90_DEVIATIONS : 0;
}

/** Standard normal deviates in the middle of each place. */
const DEVIATES = Float64Array.from({ length: PLACES }, (_, i) => normalQuantile((i + 0.5) / PLACES));

/** The deviate below which a share of a normal distribution lies; after Acklam, good to nine digits. */
export function normalQuantile(share: number): number {
  const low = 0.02425;
  if (share < low) return tailQuantile(Math.sqrt(-2 * Math.log(share)));
  if (share > 1 - low) return -tailQuantile(Math.sqrt(-2 * Math.log(1 - share)));
  const q = share - 0.5;
  const r = q * q;
  const above =
    (((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
    q;
  const below =
    ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
    1;
  return above / below;
}

function tailQuantile(q: number): number {
  const above =
    ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) *
      q +
      4.374664141464968) *
      q +
    2.938163982698783;
  const below =
    (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q +
    1;
  return above / below;
}

/** FNV-1a: a number that spreads texts well enough to seed draws. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixed(hash);
}

/** Murmur's last step: every bit of the result depends on every bit given. */
function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
