import type { PlanLimits } from '@patchtide/contracts';
import { shortestMs } from '../testing/brute-force';
import { aJob, aServer, boundsOf } from '../testing/jobs';
import { chance, pick, pickSome, seededDraw } from '../testing/random';
import type { Bounds } from './demand';
import type { Schedulable } from './plan-index';
import { schedule } from './schedule';

const CASES = 300;

interface Case {
  readonly jobs: readonly Schedulable[];
  readonly bounds: Bounds;
  readonly optimumMs: number;
  readonly keptMs: number;
  readonly lowerBoundMs: number;
}

/** Up to eight jobs that wait for each other at random, under these limits. */
function caseOf(seed: number, limits: (draw: (max: number) => number) => Partial<PlanLimits>): Case {
  const draw = seededDraw(seed);
  const servers = ['s1', 's2', 's3'].map((id, i) => aServer(id, { site: i === 0 ? 'bonn' : 'cologne' }));
  const jobs: Schedulable[] = [];
  for (let i = 0; i < 3 + draw(5); i++) {
    const dependsOn = pickSome(
      draw,
      jobs.map(({ id }) => id),
      25,
    );
    const server = pick(draw, ['s1', 's2', 's3']);
    const group = pick(draw, ['g1', 'g2', 'g3']);
    jobs.push(aJob(`j${i}`, { dependsOn, server, group, estimateMs: 1 + draw(19) }));
  }
  const bounds = boundsOf(jobs, { servers, limits: limits(draw) });
  const { course, lowerBound } = schedule({ jobs, ...bounds });
  return {
    jobs,
    bounds,
    optimumMs: shortestMs(jobs, bounds),
    keptMs: course.lastMs,
    lowerBoundMs: lowerBound.ms,
  };
}

function shareAtOptimum(cases: readonly Case[]): number {
  return cases.filter(({ keptMs, optimumMs }) => keptMs === optimumMs).length / cases.length;
}

describe('up to eight jobs under one limit, beside every possible order', () => {
  const cases = Array.from({ length: CASES }, (_, seed) =>
    caseOf(seed, (draw) => ({ campaign: 1 + draw(2) })),
  );

  it('never ends earlier than the optimum, nor is the optimum below the lower bound', () => {
    expect(cases.filter((c) => c.keptMs < c.optimumMs || c.optimumMs < c.lowerBoundMs)).toEqual([]);
  });

  it('reaches the optimum in at least 98 of 100 cases', () => {
    expect(shareAtOptimum(cases)).toBeGreaterThanOrEqual(0.98);
  });

  it('never takes more than 2 - 1/m times the optimum under a limit of m', () => {
    const tooLong = cases.filter(({ keptMs, optimumMs, bounds }) => {
      return keptMs > (2 - 1 / (bounds.limits.campaign ?? 1)) * optimumMs;
    });

    expect(tooLong).toEqual([]);
  });
});

describe('up to eight jobs under limits of several scopes, beside every possible order', () => {
  const cases = Array.from({ length: CASES }, (_, seed) =>
    caseOf(1000 + seed, (draw) => ({
      campaign: chance(draw, 50) ? 2 + draw(1) : null,
      site: { bonn: 1, cologne: 1 + draw(1) },
    })),
  );

  it('never ends earlier than the optimum, nor is the optimum below the lower bound', () => {
    expect(cases.filter((c) => c.keptMs < c.optimumMs || c.optimumMs < c.lowerBoundMs)).toEqual([]);
  });

  it('reaches the optimum in at least 97 of 100 cases', () => {
    expect(shareAtOptimum(cases)).toBeGreaterThanOrEqual(0.97);
  });

  it('takes at most a quarter longer than the optimum, where only waiting on purpose could be faster', () => {
    expect(Math.max(...cases.map(({ keptMs, optimumMs }) => keptMs / optimumMs))).toBeLessThanOrEqual(1.25);
  });
});
