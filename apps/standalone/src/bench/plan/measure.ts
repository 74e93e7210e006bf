import { checkShape } from '@patchtide/contracts';
import { buildPlan, checkLandscape } from '@patchtide/domain';
import { canonicalJson, digestOf } from '@patchtide/event-store';
import { estate, type Shape } from './estate';

export interface Figures {
  readonly shape: Shape;
  readonly servers: number;
  readonly relations: number;
  readonly jobs: number;
  readonly dependencies: number;
  /** Shape and sense of the landscape, from its text on. */
  readonly validationMs: number;
  /** Selection, jobs, order, schedule and forecast with its simulated nights. */
  readonly planMs: number;
  /** Canonical text and digests of landscape and plan. */
  readonly digestMs: number;
  /** Validation and plan: what the goal is for. */
  readonly totalMs: number;
  /** CPU time of validation and plan: what is left of the figures when the machine has other things to do. */
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly nights: number;
  readonly makespanMs: number;
  readonly lowerBoundMs: number;
  readonly boundBy: string;
}

/** Plans one estate in this process, from the landscape's text to the plan's digest, as the first thing that it does. */
export function measure(shape: Shape, servers: number): Figures {
  const { landscape, policy, change, history } = estate(shape, servers);
  const text = JSON.stringify(landscape);
  const clock = new Clock();
  const read = JSON.parse(text) as typeof landscape;
  const faults = [...checkShape('landscape', read), ...checkLandscape(read)];
  const validationMs = clock.lap();
  const result = buildPlan({
    ...{ landscape: read, policy, change, history, at: change.window.start },
    ...{
      landscapeDigest: digestOf('landscape'),
      policyDigest: digestOf('policy'),
      historyDigest: digestOf('history'),
    },
  });
  const planMs = clock.lap();
  const cpuMs = clock.cpuMs();
  if (!result.ok || faults.length > 0) throw new Error(`no plan: ${JSON.stringify(result).slice(0, 2000)}`);
  digestOf(canonicalJson(read));
  digestOf(canonicalJson(result.plan));
  const digestMs = clock.lap();
  const { jobs, forecast } = result.plan;
  return {
    ...{ shape, servers, relations: read.relations.length, jobs: jobs.length },
    dependencies: jobs.reduce((sum, job) => sum + job.dependsOn.length, 0),
    ...{ validationMs, planMs, digestMs, totalMs: validationMs + planMs, cpuMs },
    peakMb: process.resourceUsage().maxRSS / 1024,
    nights: forecast.spread.runs,
    makespanMs: forecast.durationMs,
    lowerBoundMs: forecast.lowerBoundMs,
    boundBy: forecast.boundBy,
  };
}

class Clock {
  private readonly cpu = process.cpuUsage();
  private lapMs = performance.now();

  /** Milliseconds since the last lap, or since the beginning. */
  lap(): number {
    const before = this.lapMs;
    this.lapMs = performance.now();
    return this.lapMs - before;
  }

  /** CPU milliseconds of all threads since the beginning. */
  cpuMs(): number {
    const { user, system } = process.cpuUsage(this.cpu);
    return (user + system) / 1000;
  }
}
