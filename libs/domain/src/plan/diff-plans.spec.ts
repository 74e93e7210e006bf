import type { Landscape, Policy } from '@patchtide/contracts';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { digestOf, type Inputs, planOf } from '../testing/plans';
import { diffPlans } from './diff-plans';

const landscape: Landscape = threeTiers({ monitored: ['srv-web'] });
const policy: Partial<Policy> = { limits: { campaign: 10 } };
const plan = (more: Partial<Inputs> = {}) => planOf({ landscape, policy, ...more });
const wordsOf = (one: ReturnType<typeof plan>, other: ReturnType<typeof plan>, kind: string) =>
  diffPlans(one, other)
    .differences.filter((difference) => difference.kind === kind)
    .map(({ name, words }) => (name === null ? words : `${name} ${words}`));

it('finds no difference between a plan and itself, whenever it was made', () => {
  const [one, other] = [plan(), plan({ at: '2026-11-25T09:00:00.000Z' })];
  expect(diffPlans(one, one)).toMatchObject({ isSame: true, differences: [] });
  expect(diffPlans(one, other)).toMatchObject({ isSame: true, differences: [] });
});

it('names jobs that were added and removed, with what they wait for', () => {
  const wider = plan({
    landscape: {
      ...landscape,
      monitors: [...landscape.monitors, { id: 'm', ci: 'srv-db', system: 'x', ref: {} }],
    },
  });
  expect(wordsOf(plan(), wider, 'added')).toEqual([
    'MUTE_SERVER_srv-db waits for nothing',
    'UNMUTE_SERVER_srv-db waits for MUTE_SERVER_srv-db, START_DB_db, VERIFY_SERVER_srv-db',
  ]);
  expect(wordsOf(wider, plan(), 'removed')[0]).toBe('MUTE_SERVER_srv-db waited for nothing');
  expect(wordsOf(plan(), wider, 'reordered')).toEqual(
    ['STOP_DB_db waits now for MUTE_SERVER_srv-db'].slice(1),
  );
});

it('tells a new order in words, for stops and starts', () => {
  const components = ['a', 'b'].map((id) => component(id));
  const free = plan({ landscape: landscapeOf({ components }) });
  const tied = plan({ landscape: landscapeOf({ components, needs: [['a', 'b']] }) });
  expect(wordsOf(free, tied, 'reordered')).toEqual([
    'START_APP_a waits now for START_APP_b',
    'STOP_APP_b waits now for STOP_APP_a',
  ]);
  expect(wordsOf(tied, free, 'reordered')).toEqual([
    'START_APP_a no longer waits for START_APP_b',
    'STOP_APP_b no longer waits for STOP_APP_a',
  ]);
});

it('does not call it another order when a new job stands between two that were in order', () => {
  const jobs = [
    { name: 'ask', action: 'MANUAL', per: 'server', at: 'stopped', instructions: 'Ask.' },
  ] as const;
  const between = plan({ policy: { ...policy, jobs } });
  expect(wordsOf(plan(), between, 'added')).toHaveLength(3);
  expect(wordsOf(plan(), between, 'reordered')).toEqual([]);
});

it('tells durations, what jobs do, limits, waves and what is left out', () => {
  const changed = plan({
    policy: {
      limits: { campaign: 8, tier: { db: 1 } },
      durations: { PATCH: '20m' },
      timeouts: { MUTE: '5m' },
      patch: { debian: { method: 'apt', skip: ['kernel'] } },
      waves: [{ name: 'canary', share: '10%', soak: '5m' }, { name: 'rest' }],
      exceptions: [
        {
          match: { server: 'srv-web' },
          set: { exclude: true },
          owner: 'o',
          reason: 'r',
          until: '2027-01-01',
        },
      ],
    },
  });
  const words = (kind: string) => wordsOf(plan(), changed, kind);
  expect(words('duration')).toContain('PATCH_OS_srv-db takes 20 min instead of 10 min');
  expect(words('work')).toContainEqual(
    expect.stringMatching(
      /^PATCH_OS_srv-db step 1 is "@patch apt skip=kernel" \(.*\) instead of "@patch apt"/,
    ),
  );
  expect(words('bounds')).toEqual([
    expect.stringMatching(/^wave 1: canary with \d servers and 5 min of rest instead of all with 3 servers/),
    expect.stringMatching(/^wave 2 is new: rest with/),
    'limit of the campaign: 8 instead of 10',
    'limit of tier db: 1 instead of none',
  ]);
  expect(words('left-out')).toEqual([expect.stringMatching(/^srv-web is left out now: exception of o/)]);
  expect(words('moved')).toContain('STOP_DB_db is in wave rest instead of wave all');
});

it('tells when it ends, and what it is for each application', () => {
  const longer = plan({ policy: { ...policy, durations: { PATCH: '5h' } } });
  const words = wordsOf(plan(), longer, 'forecast');
  expect(words[0]).toMatch(/^it ends 4 h 50 min later: at .*Z instead of .*Z$/);
  expect(words).toContain('it does not fit its windows any more');
  expect(words).toContainEqual(expect.stringMatching(/^the last safe moment of crm is/));
});

it('tells other inputs, windows and servers', () => {
  const one = plan();
  const window = { start: '2026-11-29T21:00:00Z', end: '2026-11-30T02:00:00Z', timezone: 'UTC' };
  const moved = landscape.servers.map((server) => ({ ...server, address: `${server.address}0` }));
  const other = {
    ...plan({ change: { window }, landscape: { ...landscape, servers: moved } }),
    policyDigest: digestOf('d'),
  };
  expect(wordsOf(one, other, 'inputs')).toEqual([
    expect.stringMatching(/^the content of the policy: sha256:d+ instead/),
  ]);
  expect(wordsOf(one, other, 'bounds')).toEqual([
    'window 1: 2026-11-29T21:00:00.000Z to 2026-11-30T02:00:00.000Z instead of 2026-11-29T21:00:00.000Z to 2026-11-30T01:00:00.000Z',
  ]);
  expect(wordsOf(one, other, 'servers')[0]).toBe('srv-app: address is 10.0.0.20 instead of 10.0.0.2');
});
