import type { Exception } from '@patchtide/contracts';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { faultsOf, jobOf, planOf } from '../testing/plans';

const exception = (match: Exception['match'], set: Exception['set'], owner = 'team-dba'): Exception => ({
  ...{ match, set, owner, reason: 'because', until: '2027-03-31' },
});
const deviationsWith = (exceptions: Exception[], landscape = threeTiers(), policy = {}) =>
  planOf({ landscape, policy: { ...policy, exceptions } }).deviations.map(({ ci, what, owner }) => [
    ci,
    what,
    owner,
  ]);

it('has none where everything is as the standard has it', () => {
  expect(deviationsWith([])).toEqual([]);
});

it('says what is different at a component, and what the standard would be', () => {
  const drain = { stop: [{ command: ['drain', '{name}'] }, { unit: 'stop' as const }] };
  const landscape = landscapeOf({ components: [component('db', { kind: 'pg' })] });
  const policy = { kinds: { pg: { stop: { unit: 'stop' } } } } as const;

  expect(
    deviationsWith([exception({ component: 'db' }, { kinds: { pg: drain } })], landscape, policy),
  ).toEqual([['db', 'stop is "drain {name}, then unit stop"; the standard is "unit stop"', 'team-dba']]);
});

it('says when a component keeps running although the standard stops it', () => {
  const kept = exception({ component: 'db' }, { kinds: { service: { safeToKeep: true } } });

  expect(deviationsWith([kept])).toEqual([
    ['db', 'keeps running while its server is patched; the standard stops it', 'team-dba'],
  ]);
});

it('says how a server is rebooted, and which is left out', () => {
  const exceptions = [
    exception({ server: 'srv-db' }, { reboot: 'never' }),
    exception({ server: 'srv-app' }, { exclude: true }, 'team-crm'),
  ];

  expect(deviationsWith(exceptions)).toEqual([
    ['srv-app', 'is left out; the standard patches it', 'team-crm'],
    ['srv-db', 'is rebooted never; the standard is if-needed', 'team-dba'],
  ]);
});

it('merges exceptions, the later one first, and gives each what is its own', () => {
  const first = { service: { stop: { command: ['one'] }, start: { command: ['one'] } } };
  const second = { service: { start: { command: ['two'] } } };
  const exceptions = [
    exception({ tier: 'db' }, { kinds: first }, 'team-one'),
    exception({ component: 'db' }, { kinds: second }, 'team-two'),
  ];
  const plan = planOf({ landscape: threeTiers(), policy: { exceptions } });

  expect(jobOf(plan, 'start-db').steps[0]?.argv).toEqual(['two']);
  expect(plan.deviations.map(({ what, owner }) => [owner, what.split(' ')[0]])).toEqual([
    ['team-two', 'start'],
    ['team-one', 'stop'],
  ]);
});

it('does not speak of an exception that changes nothing', () => {
  expect(deviationsWith([exception({ server: 'srv-db' }, { reboot: 'if-needed' })])).toEqual([]);
  expect(deviationsWith([exception({ tier: 'db' }, { kinds: { other: { safeToKeep: true } } })])).toEqual([]);
});

it('notes exceptions that match nothing, because they may be mistyped', () => {
  const idle = ['x1', 'x2', 'x3', 'x4'].map((server) => exception({ server }, { reboot: 'never' }));
  const notesWith = (exceptions: Exception[]) =>
    planOf({ landscape: threeTiers(), policy: { exceptions } }).notes;

  expect(notesWith(idle.slice(0, 1))).toEqual([
    'an exception matches nothing in the landscape: that of team-dba for server x1',
  ]);
  expect(notesWith(idle)[0]).toMatch(/^4 exceptions match nothing in the landscape: .*; 1 more$/);
});

it('refuses an exception that has ended, with its date', () => {
  const ended = { ...exception({ server: 'srv-db' }, { reboot: 'never' }), until: '2026-11-23' };

  expect(faultsOf({ landscape: threeTiers(), policy: { exceptions: [ended] } })).toMatchObject([
    { path: '/exceptions/0/until', message: expect.stringContaining('ended on 2026-11-23') as string },
  ]);
});

it('finds exceptions by kind, tier and operating system', () => {
  const landscape = landscapeOf({
    servers: [{ id: 'srv-a', os: 'debian-11' }],
    components: [component('a', { kind: 'pg', tier: 'db' }), component('b', { kind: 'pg' })],
  });
  const rebooted = (match: Exception['match']) =>
    deviationsWith([exception(match, { reboot: 'always' })], landscape).map(([ci]) => ci);

  expect(rebooted({ kind: 'pg', tier: 'db' })).toEqual(['srv-a']);
  expect(rebooted({ os: 'debian-11' })).toEqual(['srv-a']);
  expect(rebooted({ os: 'debian' })).toEqual(['srv-a', 'srv-b']);
});
