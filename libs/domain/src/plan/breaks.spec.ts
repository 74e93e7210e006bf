import type { BrokenRelation } from '@patchtide/contracts';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { areParallel, faultsOf, isInOrder, planOf } from '../testing/plans';

const circle = landscapeOf({
  components: [
    component('a', { tier: 'web' }),
    component('b', { tier: 'app' }),
    component('c', { tier: 'db' }),
  ],
  needs: [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'a'],
  ],
});
const broken = (from: string, to: string, more: Partial<BrokenRelation> = {}): BrokenRelation => ({
  ...{ from, to, owner: 'team-crm', reason: 'it reconnects by itself', until: '2027-03-31' },
  ...more,
});

it('refuses a circle with the way round, and says how a policy breaks it', () => {
  expect(faultsOf({ landscape: circle })).toMatchObject([
    {
      path: '/relations',
      message: 'components depend on each other in a circle: a -> b -> c -> a',
      remedy: expect.stringContaining('/breaks: [ { from: a, to: b') as string,
    },
  ]);
});

it('names all components of a knot, because to break one circle may not be enough', () => {
  const landscape = {
    ...circle,
    relations: [...circle.relations, { type: 'dependsOn' as const, from: 'b', to: 'a' }],
  };

  expect(faultsOf({ landscape })[0]?.message).toBe(
    'components depend on each other (3 in all: a, b, c) in a circle: a -> b -> a',
  );
});

it('plans a circle that the policy breaks, in the order of what is left', () => {
  const plan = planOf({ landscape: circle, policy: { breaks: [broken('c', 'a')] } });

  expect(isInOrder(plan, 'stop-a', 'stop-b', 'stop-c', 'start-c', 'start-b', 'start-a')).toBe(true);
});

it('still refuses a circle of which another relation is broken', () => {
  const landscape = landscapeOf({
    components: ['a', 'b', 'c'].map((id) => component(id)),
    needs: [
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'c'],
    ],
  });

  expect(faultsOf({ landscape, policy: { breaks: [broken('b', 'c')] } })).toMatchObject([
    { path: '/relations' },
  ]);
});

it('orders nothing by a broken relation, but stops along what depends on what is stopped', () => {
  const landscape = landscapeOf({
    components: [component('a', { application: 'crm' }), component('b', { application: 'shop' })],
    needs: [['a', 'b']],
  });
  const plan = planOf({
    landscape,
    policy: { breaks: [broken('a', 'b')] },
    change: { scope: { servers: ['srv-b'] } },
  });

  expect(areParallel(plan, 'stop-a', 'stop-b')).toBe(true);
});

it('records a broken relation in the plan, with who answers for it', () => {
  const plan = planOf({ landscape: circle, policy: { breaks: [broken('c', 'a')] } });

  expect(plan.deviations).toEqual([
    {
      ci: 'c',
      what: 'stops and starts without regard to a, which it needs; the standard stops it before and starts it after',
      owner: 'team-crm',
      reason: 'it reconnects by itself',
      until: '2027-03-31',
    },
  ]);
});

it('refuses one that has ended, with its date, one that breaks nothing, and one that is there twice', () => {
  const breaks = [broken('app', 'db', { until: '2026-11-23' }), broken('db', 'app'), broken('db', 'app')];

  expect(faultsOf({ landscape: threeTiers(), policy: { breaks } })).toMatchObject([
    { path: '/breaks/2', message: expect.stringContaining('/breaks/1') as string },
    {
      path: '/breaks/0/until',
      message: 'the broken relation of team-crm ended on 2026-11-23 ("it reconnects by itself")',
    },
    { path: '/breaks/1', message: 'the landscape has no relation by which "db" depends on "app"' },
    { path: '/breaks/2' },
  ]);
});
