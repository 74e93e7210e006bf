import type { Plan } from '@patchtide/contracts';
import fc from 'fast-check';
import { planOf, faultsOf } from '../testing/plans';
import type { Draw } from '../testing/random';
import { randomLandscape, randomPolicy, withBrokenCircles } from '../testing/random-estate';
import { diffPlans } from './diff-plans';
import { explainJob } from './explain-job';

jest.setTimeout(120_000);

function forTwoPlans(check: (one: Plan, other: Plan) => void): void {
  const property = fc.property(fc.gen(), (g) => {
    const draw: Draw = (max) => g(fc.nat, max);
    const { landscape, breaks } = withBrokenCircles(draw, randomLandscape(draw, 8));
    const [one, other] = [randomPolicy(draw), randomPolicy(draw)].map((drawn) => {
      const policy = { ...drawn, breaks };
      const isImpossible = faultsOf({ landscape, policy }).length > 0;
      return planOf({
        landscape,
        policy: isImpossible ? { ...policy, clusters: { default: 'full-stop' } } : policy,
      });
    });
    if (one && other) check(one, other);
  });
  fc.assert(property, { numRuns: 10, interruptAfterTimeLimit: 60_000 });
}

it('explains every job of every plan: a chain of real dependencies down to a job that waits for nothing', () => {
  forTwoPlans((plan) => {
    const jobs = new Map(plan.jobs.map((job) => [job.id, job]));
    for (const job of plan.jobs) {
      const explanation = explainJob(plan, job.id);
      const chain = [job.id, ...(explanation?.chain ?? []).map((link) => link.job)];
      chain.slice(1).forEach((id, i) => expect(jobs.get(chain[i] ?? '')?.dependsOn).toContain(id));
      expect(jobs.get(chain.at(-1) ?? '')?.dependsOn).toEqual([]);
      expect((explanation?.waitsFor ?? []).every(({ because }) => because !== '')).toBe(true);
    }
  });
});

it('finds as many jobs added as the other way round removed, and nothing between a plan and itself', () => {
  forTwoPlans((one, other) => {
    const count = (a: Plan, b: Plan, kind: string) =>
      diffPlans(a, b).differences.filter((difference) => difference.kind === kind).length;
    expect(count(one, other, 'added')).toBe(count(other, one, 'removed'));
    expect(count(one, other, 'duration')).toBe(count(other, one, 'duration'));
    expect(diffPlans(one, structuredClone(one)).isSame).toBe(true);
    expect(diffPlans(one, other).isSame).toBe(diffPlans(other, one).isSame);
  });
});
