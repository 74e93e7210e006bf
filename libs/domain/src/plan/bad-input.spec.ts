import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aChange, faultsOf, PLANNED_AT } from '../testing/plans';
import { checkPlanInput } from './build-plan';

const pathsOf = (faults: readonly { path: string }[]) => faults.map((fault) => fault.path).sort();

it('answers with every fault of change, policy, landscape and scope at once', () => {
  const landscape = threeTiers({
    needs: [
      ['web', 'db'],
      ['db', 'web'],
      ['web', 'nothing'],
    ],
  });
  const faults = faultsOf({
    landscape: { ...landscape, components: [...landscape.components, component('c', { tier: 'cache' })] },
    policy: { budgets: { tier: { queue: 1 } } },
    change: {
      scope: { applications: ['erp'] },
      window: { start: '2026-01-01T00:00:00Z', end: '2026-01-01T04:00:00Z', timezone: 'Berlin' },
    },
  });

  expect(pathsOf(faults)).toEqual([
    '/budgets/tier/queue',
    '/components/3/server',
    '/components/3/tier',
    '/relations',
    '/relations/2/to',
    '/scope/applications/0',
    '/window/end',
    '/window/timezone',
  ]);
});

it('names what procedures lack together with what the change and the policy lack', () => {
  const { unit: _, ...bare } = component('c', { tier: 'cache' });
  const faults = faultsOf({
    landscape: landscapeOf({ components: [bare] }),
    change: {
      window: { start: '2026-01-01T00:00:00Z', end: '2026-01-01T04:00:00Z', timezone: 'Europe/Berlin' },
    },
  });

  expect(pathsOf(faults)).toEqual(['/components/0', '/components/0/tier', '/window/end']);
});

it('says for every fault what it is and what to do', () => {
  for (const fault of faultsOf({
    landscape: landscapeOf({}),
    policy: { waves: [{ name: 'a', share: '101%' }] },
  })) {
    expect(fault.message.length).toBeGreaterThan(10);
    expect(fault.remedy).toMatch(/^[A-Z].*\.$/);
  }
});

it('refuses a scope that matches nothing', () => {
  expect(pathsOf(faultsOf({ landscape: landscapeOf({}) }))).toEqual(['/scope']);
});

it('makes a plan without jobs of servers that are all left out, because each exclusion has its reason', () => {
  expect(faultsOf({ landscape: landscapeOf({ servers: [{ id: 's1', os: 'aix-7' }] }) })).toEqual([]);
});

it('checks everything else when the policy could not be found', () => {
  const landscape = threeTiers({ needs: [['web', 'nothing']] });
  const change = aChange({ scope: { sites: ['rome'] } });

  expect(pathsOf(checkPlanInput({ landscape, policy: null, change, at: PLANNED_AT }))).toEqual([
    '/relations/0/to',
    '/scope/sites/0',
  ]);
});
