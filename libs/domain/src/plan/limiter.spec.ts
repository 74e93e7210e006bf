import { component, landscapeOf } from '../testing/landscapes';
import { jobOf, planOf } from '../testing/plans';
import { Limiter } from './limiter';

const plan = planOf({
  landscape: landscapeOf({ components: ['a', 'b'].map((id) => component(id, { cluster: 'pair' })) }),
  policy: { limits: { campaign: 2, cluster: 1 } },
});
const [stopA, stopB, startA] = [jobOf(plan, 'stop-a'), jobOf(plan, 'stop-b'), jobOf(plan, 'start-a')];

it('forgets a claim that is taken back, in the running jobs and among the members that are down', () => {
  const limiter = new Limiter(plan.limits, plan.servers);
  const takeBack = limiter.claim(stopA);
  expect(limiter.refusal(stopB)).toContain('cluster pair');
  takeBack();

  expect(limiter.refusal(stopB)).toBeNull();
});

it('keeps a member down that was down before it was claimed', () => {
  const limiter = new Limiter(plan.limits, plan.servers);
  limiter.down(stopA);
  limiter.claim(stopA)();

  expect(limiter.refusal(stopB)).toContain('cluster pair');
});

it('counts a member from the start of its stop until it is known to be up, not only while jobs run', () => {
  const limiter = new Limiter(plan.limits, plan.servers);
  limiter.start(stopA);
  limiter.end(stopA);
  expect(limiter.refusal(stopB)).toContain('cluster pair');
  limiter.up(startA);

  expect(limiter.refusal(stopB)).toBeNull();
});

it('lets the stop of a member be tried again in the place that it has already', () => {
  const limiter = new Limiter(plan.limits, plan.servers);
  limiter.down(stopA);

  expect(limiter.refusal(stopA)).toBeNull();
});

it('is full when the campaign has as many jobs running as it may', () => {
  const limiter = new Limiter(plan.limits, plan.servers);
  limiter.start(stopA);
  expect(limiter.isFull()).toBe(false);
  limiter.start(startA);

  expect(limiter.isFull()).toBe(true);
});
