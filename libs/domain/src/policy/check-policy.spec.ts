import { checkShape } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aPolicy, PLANNED_AT } from '../testing/plans';
import { checkPolicy, checkPolicyAgainst } from './check-policy';

const exception = (until: string) => ({
  match: { server: 's1' },
  set: { reboot: 'never' as const },
  owner: 'team-dba',
  reason: 'old kernel',
  until,
});
const pathsOf = (faults: readonly { path: string }[]) => faults.map((fault) => fault.path);

it('reports every contradiction of a policy at once', () => {
  const faults = checkPolicy(
    aPolicy({
      limits: { tier: { web: 2, cache: 1 } },
      budgets: { tier: { queue: 0 } },
      reactions: [{ on: 'failed', retry: 1, tier: 'ftp' }],
      waves: [
        { name: 'canary', share: '60%' },
        { name: 'canary', share: '50%' },
      ],
      exceptions: [exception('2026-11-23')],
    }),
    PLANNED_AT,
  );

  expect(pathsOf(faults).sort()).toEqual([
    '/budgets/tier/queue',
    '/exceptions/0/until',
    '/limits/tier/cache',
    '/reactions/0/tier',
    '/waves',
    '/waves/1/name',
  ]);
  for (const fault of faults) expect(fault.remedy).toMatch(/\.$/);
});

it('refuses a negative limit and an unknown patch method by the schema, both at once', () => {
  const faults = checkShape('policy', { ...aPolicy({ limits: { campaign: -1 } }), patch: { debian: 'yum' } });

  expect(pathsOf(faults).sort()).toEqual(['/limits/campaign', '/patch/debian']);
});

it('lets an exception hold until the end of its last day', () => {
  expect(checkPolicy(aPolicy({ exceptions: [exception('2026-11-24')] }), PLANNED_AT)).toEqual([]);
});

it('names the owner and the reason of an exception that has ended', () => {
  const [fault] = checkPolicy(aPolicy({ exceptions: [exception('2026-11-23')] }), PLANNED_AT);

  expect(fault?.message).toBe('the exception of team-dba ended on 2026-11-23 ("old kernel")');
});

it('accepts waves that take everything between them', () => {
  const waves = [{ name: 'canary', share: '40%' }, { name: 'half', share: '60%' }, { name: 'rest' }];

  expect(checkPolicy(aPolicy({ waves }), PLANNED_AT)).toEqual([]);
});

it('refuses every component whose tier the policy does not name', () => {
  const landscape = landscapeOf({
    components: [component('a'), component('b', { tier: 'cache' }), component('c', { tier: 'constructor' })],
  });

  expect(checkPolicyAgainst(aPolicy(), landscape)).toMatchObject([
    { path: '/components/1/tier', remedy: expect.stringContaining('web, app, db') },
    { path: '/components/2/tier' },
  ]);
});
