import type { Budgets } from '@patchtide/contracts';
import { aNight, type Night } from '../testing/night';
import { dataOf } from '../testing/given';
import { component, landscapeOf } from '../testing/landscapes';

/** Ten applications of one component each, on ten servers. */
const ten = landscapeOf({
  components: Array.from({ length: 10 }, (_, i) =>
    component(`c${i}`, { application: `app${i}`, tier: i < 5 ? 'web' : 'db' }),
  ),
});
const withBudgets = (budgets: Budgets, campaign = 3) =>
  aNight({ landscape: ten, policy: { budgets, limits: { campaign }, durations: { STOP: '1s' } } });
const exhausted = (n: Night) => dataOf(n.events, 'BudgetExhausted').map((b) => b.scope);
const stopsRunning = (n: Night) => n.running.filter((id) => id.startsWith('stop')).length;

it('says so exactly once, however often the same server fails', () => {
  const n = withBudgets({ campaign: 1 });
  n.ends('stop-c0', 'failed');
  n.answer('retry', 'stop-c0');
  n.ends('stop-c0', 'failed');

  expect(exhausted(n)).toEqual(['the campaign']);
});

it.each([0, 1])('stops at the first failure with a budget of %d', (campaign) => {
  const n = withBudgets({ campaign });
  n.ends('stop-c0', 'failed');

  expect(dataOf(n.events, 'BudgetExhausted')).toMatchObject([
    { scope: 'the campaign', failures: 1, limit: 1 },
  ]);
  expect(stopsRunning(n)).toBe(2);
  expect(n.why('stop-c9')).toBe('the failure budget of the campaign is used up');
});

it('goes on below the number and stops when it is reached', () => {
  const n = withBudgets({ campaign: 2 });
  n.ends('stop-c0', 'failed');
  expect(stopsRunning(n)).toBe(3);
  n.ends('stop-c1', 'failed');

  expect(stopsRunning(n)).toBe(2);
});

it('takes a percentage of the servers, rounded up', () => {
  const n = withBudgets({ campaign: '15%' });
  n.ends('stop-c0', 'failed');
  expect(exhausted(n)).toEqual([]);
  n.ends('stop-c1', 'timed-out');

  expect(exhausted(n)).toEqual(['the campaign']);
});

it.each(['failed', 'timed-out', 'unknown', 'unreachable'] as const)('counts a job that is %s', (outcome) => {
  const n = withBudgets({ campaign: 1 });
  n.ends('stop-c0', outcome);

  expect(exhausted(n)).toEqual(['the campaign']);
});

it('counts servers, not jobs', () => {
  const n = aNight({
    landscape: landscapeOf({
      components: [component('a', { server: 's1' }), component('b', { server: 's1' })],
    }),
    policy: { budgets: { campaign: 2 } },
  });
  n.ends('stop-a', 'failed');
  n.ends('stop-b', 'failed');

  expect(exhausted(n)).toEqual([]);
});

it('does not count a failure that a rule tries again', () => {
  const n = aNight({
    landscape: ten,
    policy: { budgets: { campaign: 1 }, limits: { campaign: 3 }, reactions: [{ on: 'failed', retry: 1 }] },
  });
  n.ends('stop-c0', 'failed');
  expect(exhausted(n)).toEqual([]);

  n.ends('stop-c0', 'failed');
  expect(exhausted(n)).toEqual(['the campaign']);
});

it('gives the budget back when a retried job succeeds, not when it is tried', () => {
  const n = withBudgets({ campaign: 1 });
  n.ends('stop-c0', 'failed');
  n.answer('retry', 'stop-c0');
  expect(dataOf(n.events, 'BudgetRecovered')).toEqual([]);

  n.ends('stop-c0');
  expect(dataOf(n.events, 'BudgetRecovered')).toMatchObject([{ scope: 'the campaign', failures: 0 }]);
  expect(stopsRunning(n)).toBeGreaterThan(1);
});

it('gives the budget back for a late success', () => {
  const n = withBudgets({ campaign: 1 });
  n.silence('stop-c0');
  n.ends('stop-c0');

  expect(n.execution.exhausted.size).toBe(0);
});

it.each(['complete', 'take-over'] as const)('gives the budget back when somebody answers with %s', (verb) => {
  const n = withBudgets({ campaign: 1 });
  n.ends('stop-c0', 'failed');
  n.answer(verb, 'stop-c0');

  expect(n.execution.exhausted.size).toBe(0);
});

it('gives the budget back for a job that was tried again and then completed by hand', () => {
  const n = withBudgets({ campaign: 1 });
  n.ends('stop-c0', 'failed');
  n.answer('retry', 'stop-c0');
  n.ends('stop-c0', 'failed');
  n.answer('complete', 'stop-c0');

  expect(n.execution.exhausted.size).toBe(0);
});

it('keeps the budgets of tiers, applications and clusters apart', () => {
  const n = withBudgets({ tier: { db: 1 }, application: 2 }, 10);
  n.ends('stop-c0', 'failed');
  expect(exhausted(n)).toEqual([]);
  n.ends('stop-c7', 'failed');

  expect(exhausted(n)).toEqual(['tier db']);
});

it('stops the rest of a cluster at its budget, and nothing else', () => {
  const n = aNight({
    landscape: landscapeOf({
      components: [
        ...['a', 'b', 'c'].map((id) => component(id, { cluster: 'pair' })),
        component('other', { application: 'shop' }),
      ],
    }),
    policy: { budgets: { cluster: 1 }, limits: { cluster: 1 } },
  });
  n.succeedAll('start-a');
  n.ends('start-a', 'failed');
  n.answer('skip', 'start-a');

  expect(dataOf(n.events, 'BudgetExhausted')).toMatchObject([{ scope: 'cluster pair' }]);
  expect(n.status('start-other')).toBe('succeeded');
});

it('begins no patch of a server without components when the budget is used up, and finishes those that are down', () => {
  const n = aNight({
    landscape: landscapeOf({
      servers: [{ id: 'bare-1' }, { id: 'bare-2' }],
      components: [component('a'), component('b')],
    }),
    policy: { budgets: { campaign: 1 }, limits: { campaign: 2 } },
  });
  n.ends('stop-a');
  n.ends('stop-b', 'failed');

  expect(n.running).toEqual(['patch-srv-a']);
  expect(n.why('patch-bare-1')).toBe('the failure budget of the campaign is used up');
  n.succeedAll();
  expect(n.status('start-a')).toBe('succeeded');
});
