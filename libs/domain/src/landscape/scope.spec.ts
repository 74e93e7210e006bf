import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aChange } from '../testing/plans';
import { selectScope } from './scope';

const landscape = landscapeOf({
  servers: [
    { id: 's1', site: 'bonn', tags: ['blue'] },
    { id: 's2', site: 'cologne', tags: ['blue', 'old'] },
    { id: 's3' },
  ],
  components: [component('web', { server: 's1' }), component('shop', { server: 's3', application: 'shop' })],
});
const scopeOf = (scope: object) => selectScope(landscape, aChange({ scope }));

it('reports every unknown name of a scope at once, with its place in the change', () => {
  const { faults } = scopeOf({
    applications: ['crm', 'erp'],
    servers: ['s9'],
    tags: ['green'],
    sites: ['rome'],
  });

  expect(faults.map((fault) => fault.path)).toEqual([
    '/scope/applications/1',
    '/scope/servers/0',
    '/scope/tags/0',
    '/scope/sites/0',
  ]);
  expect(faults[0]?.message).toBe('the landscape has no application "erp"');
  expect(faults[0]?.remedy).toContain('Correct the id');
});

it('refuses a scope that matches nothing', () => {
  expect(selectScope(landscapeOf({}), aChange())).toMatchObject({
    servers: [],
    faults: [{ path: '/scope' }],
  });
});

it('takes an empty scope as the whole landscape', () => {
  expect(scopeOf({})).toEqual({ servers: ['s1', 's2', 's3'], faults: [] });
});

it('takes empty lists as an empty scope', () => {
  expect(scopeOf({ applications: [], servers: [], tags: [], sites: [] }).servers).toEqual(['s1', 's2', 's3']);
});

it('is the union of what is listed, each server once', () => {
  expect(scopeOf({ applications: ['shop'], sites: ['cologne'], tags: ['old'] }).servers).toEqual([
    's2',
    's3',
  ]);
});

it('counts every server on which an application runs', () => {
  const twoHosts = threeTiers({ runsOn: [['db', 'standby']] });

  expect(selectScope(twoHosts, aChange({ scope: { applications: ['crm'] } })).servers).toContain('standby');
});
