import type { Landscape, Plan, PlanJob, Policy } from '@patchtide/contracts';
import fc from 'fast-check';
import { faultsOf, planOf } from '../testing/plans';
import { type Draw, shuffled } from '../testing/random';
import { randomLandscape, randomPolicy, randomScope, withBrokenCircles } from '../testing/random-estate';

interface Case {
  readonly landscape: Landscape;
  readonly policy: Policy;
  readonly change: { readonly scope: { readonly servers?: string[] } };
  readonly plan: Plan;
  readonly draw: Draw;
}

/** More plans: PATCHTIDE_PROPERTY_RUNS=2000 npx jest … plan.props */
const numRuns = Number(process.env['PATCHTIDE_PROPERTY_RUNS'] ?? 30);
jest.setTimeout(60_000 + numRuns * 500);

/** Holds `violations` against the plans of random estates. A cluster that cannot be taken member by member stops as a whole. */
function forEveryPlan(violations: (given: Case) => unknown[]): void {
  const property = fc.property(fc.gen(), (g) => {
    const draw: Draw = (max) => g(fc.nat, max);
    const { landscape, breaks } = withBrokenCircles(draw, randomLandscape(draw));
    const drawn: Policy = { ...randomPolicy(draw), breaks };
    const change = { scope: randomScope(draw, landscape) };
    const isImpossible = faultsOf({ landscape, policy: drawn, change }).length > 0;
    const policy: Policy = isImpossible ? { ...drawn, clusters: { default: 'full-stop' } } : drawn;
    const plan = planOf({ landscape, policy, change });
    expect(violations({ landscape, policy, change, plan, draw })).toEqual([]);
  });
  fc.assert(property, { numRuns, interruptAfterTimeLimit: 60_000 });
}

it('finds no other fault in an acyclic landscape than clusters that cannot be taken member by member', () => {
  forEveryPlan(({ landscape, policy, change, draw }) =>
    faultsOf({ landscape, policy: { ...policy, ...randomPolicy(draw) }, change }).filter(
      (fault) => fault.path !== '/limits/cluster' && fault.path !== '/clusters',
    ),
  );
});

it('stays within every limit at every moment of the forecast', () => {
  forEveryPlan(({ plan }) =>
    scopesOf(plan).filter(
      ({ limit, members }) => peakOf(members.map((job) => [startOf(job), endOf(job)])) > limit,
    ),
  );
});

it('never has more members of a cluster down than may be, from the start of a stop to the end of the start', () => {
  forEveryPlan(({ plan }) => {
    const starts = jobsOf(plan, 'START');
    return Object.entries(plan.limits.cluster).filter(([cluster, limit]) => {
      const members = [...jobsOf(plan, 'STOP').values()].filter((job) => job.cluster === cluster);
      return peakOf(members.map((job) => [startOf(job), endOf(starts.get(job.ci))])) > limit;
    });
  });
});

it('runs no job in the forecast before those it waits for have ended, nor before the window opens', () => {
  forEveryPlan(({ plan }) => {
    const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
    const opens = Date.parse(plan.window.start);
    return plan.jobs.filter((job) => {
      const earliest = Math.max(opens, ...job.dependsOn.map((id) => endOf(jobs.get(id))));
      return startOf(job) < earliest || endOf(job) !== startOf(job) + job.estimateMs;
    });
  });
});

it('forecasts no less than the lower bound, and exactly the critical path when nothing else limits', () => {
  forEveryPlan(({ plan, policy }) => {
    const { durationMs, lowerBoundMs, criticalPathMs } = plan.forecast;
    const isFree = Object.keys(policy.limits ?? {}).length === 0 && policy.waves?.length === 1;
    const isRight = isFree ? durationMs === criticalPathMs : durationMs >= lowerBoundMs;
    return isRight && lowerBoundMs >= criticalPathMs ? [] : [plan.forecast];
  });
});

it('ties jobs that wait for each other into one group, and a group into one wave', () => {
  forEveryPlan(({ plan }) => {
    const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
    const waves = new Map(plan.jobs.map((job) => [job.group, job.wave]));
    const counted = plan.waves.reduce((sum, wave) => sum + wave.servers, 0);
    return [
      ...plan.jobs.filter((job) => job.dependsOn.some((id) => jobs.get(id)?.group !== job.group)),
      ...plan.jobs.filter((job) => waves.get(job.group) !== job.wave),
      ...(counted === Object.keys(plan.servers).length ? [] : [plan.waves]),
    ];
  });
});

it('explains every server in scope: it is patched, or left out with a reason, never both', () => {
  forEveryPlan(({ landscape, change, plan }) => {
    const patched = new Set(plan.jobs.filter((j) => j.id === `patch-${j.server}`).map((j) => j.ci));
    const excluded = new Set(plan.exclusions.filter((e) => e.reason !== '').map((e) => e.ci));
    const scope = change.scope.servers ?? landscape.servers.map((server) => server.id);
    return scope.filter((server) => patched.has(server) === excluded.has(server));
  });
});

it('makes the same bytes of the same inputs, in whatever order the CMDB lists them', () => {
  forEveryPlan(({ landscape, policy, change, plan, draw }) => {
    const lists = Object.entries(landscape).map(([name, list]) => [name, shuffled(draw, list as unknown[])]);
    const other = planOf({ landscape: Object.fromEntries(lists) as Landscape, policy, change });
    return JSON.stringify(other) === JSON.stringify(plan) ? [] : ['other bytes'];
  });
});

function jobsOf(plan: Plan, action: string): ReadonlyMap<string, PlanJob> {
  return new Map(plan.jobs.filter((job) => job.action === action).map((job) => [job.ci, job]));
}

function startOf(job: PlanJob | undefined): number {
  return Date.parse(job?.estimatedStart ?? '');
}

function endOf(job: PlanJob | undefined): number {
  return Date.parse(job?.estimatedEnd ?? '');
}

interface LimitedScope {
  readonly scope: string;
  readonly limit: number;
  readonly members: readonly PlanJob[];
}

/** Every limited scope with the jobs that count in it, worked out from the plan alone. */
function scopesOf({ limits, servers, jobs }: Plan): LimitedScope[] {
  const named = (of: Readonly<Record<string, number>>, has: (job: PlanJob, name: string) => boolean) =>
    Object.entries(of).map(([scope, limit]) => ({
      scope,
      limit,
      members: jobs.filter((job) => has(job, scope)),
    }));
  return [
    { scope: 'campaign', limit: limits.campaign ?? Infinity, members: jobs },
    ...named(limits.site, (job, name) => servers[job.server]?.site === name),
    ...named(limits.zone, (job, name) => servers[job.server]?.zone === name),
    ...named(limits.tier, (job, name) => job.tier === name),
    ...named(limits.application, (job, name) =>
      job.application === null ? job.applications.includes(name) : job.application === name,
    ),
  ];
}

/** The largest number of intervals that hold one moment; an end and a start at the same moment do not overlap. */
function peakOf(intervals: readonly (readonly [number, number])[]): number {
  const steps = intervals.flatMap(([start, end]) => [
    { at: start, step: 1 },
    { at: end, step: -1 },
  ]);
  steps.sort((a, b) => a.at - b.at || a.step - b.step);
  let [now, peak] = [0, 0];
  for (const { step } of steps) {
    now += step;
    peak = Math.max(peak, now);
  }
  return peak;
}
