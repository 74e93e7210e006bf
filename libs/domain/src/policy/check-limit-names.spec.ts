import { component, landscapeOf } from '../testing/landscapes';
import { aPolicy } from '../testing/plans';
import { checkPolicyAgainst } from './check-policy';

const landscape = landscapeOf({
  servers: [{ id: 's1', site: 'bonn', zone: 'dmz', hypervisor: 'esx-1', tags: ['blue'] }, { id: 's2' }],
  components: [component('a', { server: 's1', cluster: 'a' })],
});
const faultsOf = (limits: object) => checkPolicyAgainst(aPolicy({ limits }), landscape);

it('accepts limits for everything that the landscape has, and for servers whose site or zone is not named', () => {
  const named = {
    site: { bonn: 1, default: 1 },
    zone: { dmz: 1, default: 1 },
    application: { crm: 1 },
    cluster: { a: 1 },
    hypervisor: { 'esx-1': 1 },
    tag: { blue: 1 },
  };

  expect(faultsOf(named)).toEqual([]);
  expect(
    faultsOf({ campaign: 3, site: 1, zone: 1, application: 1, tier: 1, cluster: 1, hypervisor: 1 }),
  ).toEqual([]);
});

it.each(['site', 'zone', 'application', 'cluster', 'hypervisor', 'tag'])(
  'refuses a limit for a %s that the landscape does not have, with its place and what there is',
  (scope) => {
    const [fault, ...more] = faultsOf({ [scope]: { 'bo/nn': 1 } });

    expect(more).toEqual([]);
    expect(fault).toMatchObject({
      path: `/limits/${scope}/bo~1nn`,
      message: `the landscape has no ${scope} "bo/nn"`,
    });
    expect(fault?.remedy).toMatch(/^Use one of .+, or remove the limit\.$/);
  },
);

it('tells only the first of many names, and says where there is none at all', () => {
  const many = landscapeOf({
    servers: Array.from({ length: 20 }, (_, i) => ({ id: `s${i}`, site: `site${i}` })),
  });
  const faults = checkPolicyAgainst(aPolicy({ limits: { site: { x: 1 }, tag: { y: 1 } } }), many);

  expect(faults.map(({ remedy }) => remedy)).toEqual([
    'Use one of site0, site1, site10, site11, site12, site13, site14, site15, … (20 in all), or remove the limit.',
    'The landscape names no tag: remove the limit, or correct the landscape.',
  ]);
});
