import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { jobOf, planOf } from '../testing/plans';

const MINUTE_MS = 60_000;
const loose = (count: number) =>
  landscapeOf({ servers: Array.from({ length: count }, (_, i) => ({ id: `s${i}` })) });
const ms = (instant: string) => Date.parse(instant);

it('puts everything into one wave where the policy names none', () => {
  expect(planOf({ landscape: loose(3) }).waves).toEqual([{ name: 'all', soakMs: 0, gate: null, servers: 3 }]);
});

it('gives each wave its share of servers, rounded up, and the rest to the last', () => {
  const waves = [
    { name: 'canary', share: '5%', soak: '10m', gate: { failures: 1, checks: 'passed' as const } },
    { name: 'half', share: '50%' },
    { name: 'rest' },
  ];

  expect(planOf({ landscape: loose(21), policy: { waves } }).waves).toEqual([
    { name: 'canary', soakMs: 10 * MINUTE_MS, gate: { failures: 1, checks: 'passed' }, servers: 2 },
    { name: 'half', soakMs: 0, gate: null, servers: 11 },
    { name: 'rest', soakMs: 0, gate: null, servers: 8 },
  ]);
});

it('never splits what relations tie together, and sends small groups first', () => {
  const landscape = threeTiers({ servers: [{ id: 'alone' }] });
  const plan = planOf({ landscape, policy: { waves: [{ name: 'canary', share: '10%' }, { name: 'rest' }] } });

  expect(jobOf(plan, 'patch-alone').wave).toBe('canary');
  expect(new Set(plan.jobs.filter((j) => j.server !== 'alone').map((j) => j.wave))).toEqual(
    new Set(['rest']),
  );
});

it('begins a wave when the one before has ended and its soak time is over', () => {
  const waves = [{ name: 'canary', share: '50%', soak: '10m' }, { name: 'rest' }];
  const plan = planOf({ landscape: loose(2), policy: { waves } });
  const canary = plan.jobs.filter((job) => job.wave === 'canary');
  const rest = plan.jobs.filter((job) => job.wave === 'rest');
  const canaryEnd = Math.max(...canary.map((job) => ms(job.estimatedEnd)));

  expect(Math.min(...rest.map((job) => ms(job.estimatedStart)))).toBe(canaryEnd + 10 * MINUTE_MS);
});

it('does not wait for the soak of a wave that got no servers', () => {
  const waves = [{ name: 'canary', share: '5%', soak: '10m' }, { name: 'rest' }];
  const tied = planOf({ landscape: threeTiers(), policy: { waves } });

  expect(tied.waves[0]).toEqual({ name: 'canary', soakMs: 10 * MINUTE_MS, gate: null, servers: 0 });
  expect(tied.forecast.durationMs).toBe(planOf({ landscape: threeTiers() }).forecast.durationMs);
});

it('counts percentages and budgets by the servers that are patched', () => {
  const plan = planOf({
    landscape: loose(30),
    policy: { budgets: { campaign: '5%', application: 0, cluster: 3, tier: { db: '10%' } } },
  });

  expect(plan.budgets).toEqual({ campaign: 2, application: 1, cluster: 3, tier: { db: 3 } });
});

it('has no budget where the policy names none', () => {
  expect(planOf({ landscape: loose(2) }).budgets).toEqual({
    campaign: null,
    application: null,
    cluster: null,
    tier: {},
  });
});

it('resolves a limit for every site, zone, application, tier and hypervisor that the plan has, and for tags that it names', () => {
  const landscape = landscapeOf({
    servers: [{ id: 's1', site: 'bonn', zone: 'dc1', hypervisor: 'esx-1', tags: ['blue'] }, { id: 's2' }],
    components: [component('a', { server: 's1' }), component('b', { server: 's2', application: 'shop' })],
  });
  const limits = {
    campaign: 9,
    site: 4,
    zone: { dc1: 2 },
    application: 3,
    tier: 5,
    hypervisor: 2,
    tag: { blue: 1 },
  };

  expect(planOf({ landscape, policy: { limits } }).limits).toEqual({
    campaign: 9,
    site: { bonn: 4, default: 4 },
    zone: { dc1: 2 },
    application: { crm: 3, shop: 3 },
    tier: { web: 5, app: 5, db: 5 },
    cluster: {},
    hypervisor: { 'esx-1': 2 },
    tag: { blue: 1 },
  });
});
