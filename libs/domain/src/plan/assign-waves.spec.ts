import type { Wave } from '@patchtide/contracts';
import { component, landscapeOf, type Sketch } from '../testing/landscapes';
import { planOf } from '../testing/plans';

const CANARY: readonly Wave[] = [{ name: 'canary', share: '10%' }, { name: 'rest' }];

function canaries(sketch: Sketch, waves = CANARY) {
  const plan = planOf({
    landscape: landscapeOf(sketch),
    policy: { waves, patch: { debian: 'apt', rhel: 'dnf' } },
  });
  const jobs = plan.jobs.filter(({ action, wave }) => action === 'PATCH' && wave === 'canary');
  return { ids: jobs.map(({ server }) => server), notes: plan.notes, waves: plan.waves };
}

/** Servers by site and operating system, each with a component of the application. */
function farm(
  application: string,
  places: readonly (readonly [id: string, site: string, os: string])[],
): Sketch {
  return {
    servers: places.map(([id, site, os]) => ({ id, site, os })),
    components: places.map(([id]) => component(`c-${id}`, { server: id, application })),
  };
}

function together(...sketches: readonly Sketch[]): Sketch {
  return {
    servers: sketches.flatMap(({ servers = [] }) => servers),
    components: sketches.flatMap(({ components = [] }) => components),
  };
}

it('chooses canaries of different applications, sites and operating systems', () => {
  const many = (name: string, site: string, os: string, count: number) =>
    farm(
      name,
      Array.from({ length: count }, (_, i) => [`${name}-${i}`, site, os] as const),
    );
  const { ids, notes } = canaries(
    together(
      many('aaa', 'bonn', 'debian-12', 20),
      many('bbb', 'bonn', 'debian-12', 5),
      many('zzz', 'cologne', 'rhel-9', 3),
    ),
  );

  expect(ids).toEqual(['aaa-0', 'bbb-0', 'zzz-0']);
  expect(notes).toEqual(['canary: 3 servers of 3 applications at 2 sites, debian and rhel']);
});

it('says it in the singular, too, and of servers without an application', () => {
  const loose = { servers: Array.from({ length: 10 }, (_, i) => ({ id: `s${i}` })) };

  expect(canaries(loose).notes).toEqual(['canary: 1 server without applications at 1 site, debian']);
});

it('spreads over zones and hypervisors where nothing weighs more', () => {
  const servers = ['a', 'b', 'c', 'd'].flatMap((zone) =>
    ['h1', 'h2', 'h3', 'h4', 'h5'].map((hypervisor) => ({ id: `${zone}-${hypervisor}`, zone, hypervisor })),
  );
  const { ids } = canaries({ servers }, [{ name: 'canary', share: '20%' }, { name: 'rest' }]);

  expect(new Set(ids.map((id) => id.split('-')[0])).size).toBe(4);
  expect(new Set(ids.map((id) => id.split('-')[1])).size).toBe(4);
});

it('takes a larger group where it brings more than small ones do, and stays within the share', () => {
  const small = Array.from({ length: 20 }, (_, i) => [`s${i}`, 'bonn', 'debian-12'] as const);
  const far = together(farm('crm', small), {
    servers: ['x1', 'x2'].map((id) => ({ id, site: 'cologne', os: 'rhel-9' })),
    components: ['x1', 'x2'].map((server) =>
      component(`c-${server}`, { server, application: 'shop', cluster: 'x' }),
    ),
  });
  const { ids } = canaries(far, [{ name: 'canary', share: '15%' }, { name: 'rest' }]);

  expect(ids.sort()).toEqual(['s0', 's1', 'x1', 'x2']);
});

it('goes beyond the share by one group only, where no group is smaller, and says so', () => {
  const tied = (name: string, count: number): Sketch => ({
    components: Array.from({ length: count }, (_, i) =>
      component(`${name}${i}`, { application: name, cluster: name, tier: 'web' }),
    ),
  });
  const { ids, notes, waves } = canaries(together(tied('a', 3), tied('b', 5), tied('c', 4)));

  expect(ids).toEqual(['srv-a0', 'srv-a1', 'srv-a2']);
  expect(waves.map(({ servers }) => servers)).toEqual([3, 9]);
  expect(notes).toEqual([
    'canary: 3 servers of 1 application at 1 site, debian; more than its share of 2, because no group is smaller',
  ]);
});

it('leaves a wave empty where everything is one group, or its share is nothing, and says why', () => {
  const one = { components: ['a', 'b'].map((id) => component(id, { cluster: 'x' })) };

  expect(canaries(one).notes).toEqual(['canary: no servers, because one group has them all']);
  expect(
    canaries(farm('crm', [['s1', 'bonn', 'debian-12']]), [{ name: 'canary', share: '0%' }, { name: 'rest' }])
      .notes,
  ).toEqual(['canary: no servers, because its share is 0%']);
});
