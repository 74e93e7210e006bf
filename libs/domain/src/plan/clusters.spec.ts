import { component, landscapeOf } from '../testing/landscapes';
import { areParallel, faultsOf, isInOrder, jobOf, planOf, predecessorsOf } from '../testing/plans';

const member = (id: string, more = {}) => component(id, { cluster: 'web', tier: 'web', ...more });
const threeMembers = landscapeOf({ components: ['w1', 'w2', 'w3'].map((id) => member(id)) });
/** Two web servers in front of one database: when it goes down, both must be down. */
const overOneDatabase = landscapeOf({
  components: [member('w1'), member('w2'), component('db', { tier: 'db' })],
  needs: [
    ['w1', 'db'],
    ['w2', 'db'],
  ],
});

it('refuses a cluster that cannot stay up because what all members need goes down, and names the way out', () => {
  const [fault, ...others] = faultsOf({ landscape: overOneDatabase, policy: { limits: { cluster: 1 } } });

  expect(others).toEqual([]);
  expect(fault?.path).toBe('/limits/cluster');
  expect(fault?.message).toContain('STOP_WEB_w2');
  expect(fault?.message).toContain('START_WEB_w1');
  expect(fault?.remedy).toContain('/clusters: { web: full-stop }');
});

it('names in that refusal a circle in which each job really waits for the next', () => {
  const [fault] = faultsOf({ landscape: overOneDatabase, policy: { limits: { cluster: 1 } } });
  const names = fault?.message.split(': ')[1]?.split(' -> ') ?? [];

  expect(names.length).toBeGreaterThan(2);
  expect(names[0]).toBe(names.at(-1));
  expect(new Set(names).size).toBe(names.length - 1);
});

it('takes the same cluster down as a whole where the policy allows a full stop', () => {
  const plan = planOf({
    landscape: overOneDatabase,
    policy: { limits: { cluster: 1 }, clusters: { web: 'full-stop' } },
  });

  expect(areParallel(plan, 'stop-w1', 'stop-w2')).toBe(true);
  expect(plan.limits.cluster).toEqual({});
});

it('ignores the number of a cluster that may stop as a whole, also when it is named one by one', () => {
  const plan = planOf({
    landscape: overOneDatabase,
    policy: { limits: { cluster: { web: 1 } }, clusters: { web: 'full-stop' } },
  });

  expect(plan.limits.cluster).toEqual({});
  expect(Date.parse(jobOf(plan, 'start-w2').estimatedStart)).toBeGreaterThan(
    Date.parse(jobOf(plan, 'stop-w2').estimatedEnd),
  );
});

it('takes the members of a cluster one after the other when one may be down', () => {
  const plan = planOf({ landscape: threeMembers, policy: { limits: { cluster: 1 } } });

  expect(isInOrder(plan, 'stop-w1', 'start-w1', 'stop-w2', 'start-w2', 'stop-w3')).toBe(true);
});

it('takes two at a time when two may be down', () => {
  const plan = planOf({ landscape: threeMembers, policy: { limits: { cluster: { web: 2 } } } });

  expect(areParallel(plan, 'stop-w1', 'stop-w2')).toBe(true);
  expect(isInOrder(plan, 'start-w1', 'stop-w3')).toBe(true);
  expect(predecessorsOf(plan, 'stop-w3')).not.toContain('start-w2');
});

it('needs no order when all members may be down together', () => {
  const plan = planOf({ landscape: threeMembers, policy: { limits: { cluster: 3 } } });

  expect(areParallel(plan, 'stop-w1', 'stop-w3')).toBe(true);
});

it('limits clusters by default and lets a policy name those that are not', () => {
  const landscape = landscapeOf({
    components: [
      member('w1'),
      member('w2'),
      member('d1', { cluster: 'db', tier: 'db', application: 'shop' }),
      member('d2', { cluster: 'db', tier: 'db', application: 'shop' }),
    ],
  });
  const policy = { limits: { cluster: 1 }, clusters: { default: 'full-stop', db: 'limited' } as const };
  const plan = planOf({ landscape, policy });

  expect(areParallel(plan, 'stop-w1', 'stop-w2')).toBe(true);
  expect(isInOrder(plan, 'start-d1', 'stop-d2')).toBe(true);
});

it('takes the primary of a cluster last', () => {
  const landscape = landscapeOf({
    components: [
      member('a', { attributes: { role: 'primary' } }),
      member('b', { attributes: { role: 'replica' } }),
    ],
  });
  const plan = planOf({ landscape, policy: { limits: { cluster: 1 } } });

  expect(isInOrder(plan, 'start-b', 'stop-a')).toBe(true);
});

it('takes the primary last and alone, when more than one member may be down', () => {
  const landscape = landscapeOf({
    components: [member('a', { attributes: { role: 'primary' } }), member('b'), member('c')],
  });
  const plan = planOf({ landscape, policy: { limits: { cluster: 2 } } });

  expect(areParallel(plan, 'stop-b', 'stop-c')).toBe(true);
  expect(isInOrder(plan, 'start-b', 'stop-a')).toBe(true);
  expect(isInOrder(plan, 'start-c', 'stop-a')).toBe(true);
});

it('takes the primary down last and up first where the cluster stops as a whole', () => {
  const landscape = landscapeOf({
    components: [member('a', { attributes: { role: 'primary' } }), member('b'), member('c')],
  });
  for (const policy of [{ clusters: { web: 'full-stop' as const } }, { limits: { cluster: 3 } }]) {
    const plan = planOf({ landscape, policy });

    expect(isInOrder(plan, 'stop-b', 'stop-a', 'start-a', 'start-c')).toBe(true);
    expect(areParallel(plan, 'stop-b', 'stop-c')).toBe(true);
  }
});

it('lets a relation decide against the roles, and says so', () => {
  const landscape = landscapeOf({
    components: [member('a', { attributes: { role: 'primary' } }), member('b')],
    needs: [['a', 'b']],
  });
  const plan = planOf({ landscape, policy: { clusters: { web: 'full-stop' } } });

  expect(isInOrder(plan, 'stop-a', 'stop-b')).toBe(true);
  expect(plan.notes).toEqual(['role order gives way to relations among a, b']);
});

describe('a quorum', () => {
  const five = landscapeOf({ components: ['w1', 'w2', 'w3', 'w4', 'w5'].map((id) => member(id)) });
  const quorum = { clusters: { web: 'quorum' as const } };

  it('keeps more than half of all members up, without a number in the policy', () => {
    const plan = planOf({ landscape: five, policy: quorum });

    expect(plan.limits.cluster).toEqual({ web: 2 });
    expect(areParallel(plan, 'stop-w1', 'stop-w2')).toBe(true);
    expect(isInOrder(plan, 'start-w1', 'stop-w3')).toBe(true);
  });

  it('counts members outside the scope', () => {
    const scope = { servers: ['srv-w1', 'srv-w2', 'srv-w3'] };
    const plan = planOf({ landscape: five, policy: quorum, change: { scope } });

    expect(plan.limits.cluster).toEqual({ web: 2 });
  });

  it('holds beside a number: the smaller one counts', () => {
    expect(
      planOf({ landscape: five, policy: { ...quorum, limits: { cluster: 1 } } }).limits.cluster.web,
    ).toBe(1);
    expect(
      planOf({ landscape: five, policy: { ...quorum, limits: { cluster: 4 } } }).limits.cluster.web,
    ).toBe(2);
  });

  it('cannot be kept by two members, and the refusal says what else can be done', () => {
    const two = landscapeOf({ components: [member('w1'), member('w2')] });

    expect(faultsOf({ landscape: two, policy: quorum })).toMatchObject([
      { path: '/clusters', message: expect.stringContaining('cluster web') as string },
    ]);
  });
});

it('takes two clusters that share servers in one agreed order', () => {
  const pair = (cluster: string, ids: [string, string]) =>
    ids.map((id, i) => component(id, { cluster, server: `s${i + 1}`, application: cluster }));
  const landscape = landscapeOf({ components: [...pair('one', ['z1', 'a1']), ...pair('two', ['a2', 'z2'])] });
  const plan = planOf({ landscape, policy: { limits: { cluster: 1 } } });

  expect(isInOrder(plan, 'start-z1', 'stop-a1')).toBe(true);
  expect(isInOrder(plan, 'start-a2', 'stop-z2')).toBe(true);
});

it('keeps the whole cluster in one wave and one group', () => {
  const plan = planOf({
    landscape: threeMembers,
    policy: { limits: { cluster: 1 }, waves: [{ name: 'canary', share: '10%' }, { name: 'rest' }] },
  });

  expect(new Set(plan.jobs.map((job) => job.group)).size).toBe(1);
  expect(new Set(plan.jobs.map((job) => job.wave))).toEqual(new Set(['rest']));
});

it('takes a cluster, kind or attribute that is called like a built-in property as the name it is', () => {
  const landscape = landscapeOf({
    components: ['w1', 'w2'].map((id) => component(id, { cluster: 'constructor', kind: 'valueOf' })),
  });

  expect(areParallel(planOf({ landscape }), 'stop-w1', 'stop-w2')).toBe(true);
  expect(isInOrder(planOf({ landscape, policy: { limits: { cluster: 1 } } }), 'start-w1', 'stop-w2')).toBe(
    true,
  );
});

it('names every cluster that cannot be taken member by member, not only the first', () => {
  const application = (name: string) => [
    component(`${name}-1`, { cluster: `${name}-web`, tier: 'web', application: name }),
    component(`${name}-2`, { cluster: `${name}-web`, tier: 'web', application: name }),
    component(`${name}-db`, { tier: 'db', application: name }),
  ];
  const landscape = landscapeOf({ components: [...application('crm'), ...application('shop')] });
  const faults = faultsOf({ landscape, policy: { limits: { cluster: 1 } } });

  expect(faults.map((fault) => fault.remedy.match(/[a-z]+-web/)?.[0])).toEqual(['crm-web', 'shop-web']);
});
