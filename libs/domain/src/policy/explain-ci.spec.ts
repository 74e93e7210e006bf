import type { Landscape, Policy } from '@patchtide/contracts';
import { component, landscapeOf } from '../testing/landscapes';
import { aPolicy } from '../testing/plans';
import { explainCi } from './explain-ci';

const landscape: Landscape = landscapeOf({
  servers: [{ id: 'srv-db', os: 'debian-12', site: 'cologne', tags: ['blue'] }],
  components: [
    component('db', { kind: 'postgresql', tier: 'db', cluster: 'pair', attributes: { port: 5433 } }),
    component('own', { kind: 'vendor', server: 'srv-db' }),
  ],
});

function settingsOf(ci: string, policy: Partial<Policy> = {}): Record<string, string> {
  const explanation = explainCi(aPolicy(policy), landscape, ci);
  const all = explanation?.sections.flatMap(({ settings }) => settings) ?? [];
  return Object.fromEntries(
    all.map(({ name, value, from, place }) => [name, `${value} | ${from} | ${place}`]),
  );
}

const exception = { owner: 'team-dba', reason: 'vendor script', until: '2027-01-01' };

it('tells of each phase whether the shipped kind, the policy, its operating system or an exception gives it', () => {
  const found = settingsOf('db', {
    kinds: {
      postgresql: {
        start: { unit: 'start' },
        os: {
          debian: { verifyStopped: { command: ['look', '{port}'] } },
          windows: { stop: { unit: 'stop' } },
        },
      },
    },
    exceptions: [
      {
        ...exception,
        match: { component: 'db' },
        set: { kinds: { postgresql: { stop: { command: ['halt'] } } } },
      },
    ],
  });
  expect(found['stop']).toBe(
    'halt | exception of team-dba until 2027-01-01: vendor script | /exceptions/0/set/kinds/postgresql/stop',
  );
  expect(found['start']).toBe('@unit-start db.service | policy | /kinds/postgresql/start');
  expect(found['verifyStopped']).toBe(
    'look 5433 (until it is so) | policy | /kinds/postgresql/os/debian/verifyStopped',
  );
  expect(found['verifyStarted']).toMatch(/ \| shipped kind postgresql \| null$/);
});

it('tells of each parameter whether landscape, policy or kind gives it', () => {
  const parameters = { grace: { type: 'integer', default: 30 } } as const;
  const found = settingsOf('db', { kinds: { postgresql: { parameters } } });
  expect(found['port']).toBe('5433 | attribute in the landscape | null');
  expect(found['role']).toBe('any | default of kind postgresql | null');
  expect(found['grace']).toBe('30 | policy | /kinds/postgresql/parameters');
});

it('treats a kind that nobody knows as its unit, and says so', () => {
  expect(settingsOf('own')['stop']).toBe('@unit-stop own.service | shipped kind systemd | null');
});

it('says when a component keeps running', () => {
  const found = settingsOf('own', { kinds: { vendor: { safeToKeep: true } } });
  expect(found['while its server is patched']).toBe('keeps running | policy | /kinds/vendor/safeToKeep');
});

it('tells how a server is patched and rebooted, by whom', () => {
  const found = settingsOf('srv-db', {
    patch: { debian: { method: 'apt', scope: 'security' } },
    reboot: 'always',
    exceptions: [{ ...exception, match: { application: 'crm' }, set: { reboot: 'never' } }],
  });
  expect(found['method']).toBe('apt | policy | /patch/debian/method');
  expect(found['scope']).toBe('security | policy | /patch/debian/scope');
  expect(found['conffiles']).toBe('keep | default | null');
  expect(found['reboot']).toBe(
    'never | exception of team-dba until 2027-01-01: vendor script | /exceptions/0/set/reboot',
  );
  expect(settingsOf('srv-db')['reboot']).toBe('if-needed | default | null');
  expect(settingsOf('srv-db', { patch: {} })['method']).toMatch(/^none: the policy has no method for debian/);
});

it('names the limits, budgets and modes that count it, and no others', () => {
  const found = settingsOf('db', {
    limits: { campaign: 9, site: { cologne: 4, berlin: 1 }, tag: { blue: 2, green: 1 }, tier: 3, cluster: 1 },
    budgets: { campaign: '5%', tier: { db: 0 } },
  });
  expect(found).toMatchObject({
    'site cologne': '4 jobs at a time | policy | /limits/site/cologne',
    'tag blue': '2 jobs at a time | policy | /limits/tag/blue',
    'tier db': 'stops at 1 failed | policy | /budgets/tier/db',
    'cluster pair': '1 of its members down at a time | policy | /limits/cluster',
  });
  expect(found['site berlin']).toBeUndefined();
  expect(settingsOf('srv-db', { limits: { tier: 3 } })['tier db']).toBeUndefined();
});

it('lists own jobs, conditions and freezes that match, with what made them match', () => {
  const found = settingsOf('srv-db', {
    jobs: [
      {
        name: 'snap',
        action: 'CHECK',
        per: 'server',
        at: 'stopped',
        match: { tier: 'db' },
        steps: { command: ['x'] },
      },
      {
        name: 'other',
        action: 'CHECK',
        per: 'server',
        at: 'stopped',
        match: { tier: 'web' },
        steps: { command: ['x'] },
      },
    ],
    gates: [{ name: 'month-end', match: { application: 'crm' } }],
    freezes: [{ name: 'race', start: '2026-11-29T21:00:00Z', end: '2026-11-29T22:00:00Z' }],
  });
  expect(found).toMatchObject({
    'job CHECK snap': 'stopped (because of tier db) | policy | /jobs/0',
    'condition month-end':
      'must be published before the stop (because of application crm) | policy | /gates/0',
    'freeze race': '2026-11-29T21:00:00Z to 2026-11-29T22:00:00Z | policy | /freezes/0',
  });
  expect(found['job CHECK other']).toBeUndefined();
});

it('finds a CI by id or name, the exceptions that are for it, and nothing for one that is not there', () => {
  const exceptions = [{ ...exception, match: { server: 'srv-db' }, set: { exclude: true } }];
  const explanation = explainCi(aPolicy({ exceptions }), landscape, 'srv-db');
  expect(explanation).toMatchObject({ type: 'server', what: 'debian-12, carries db, own' });
  expect(explanation?.exceptions).toMatchObject([
    { name: 'server srv-db', value: 'left out of the campaign' },
  ]);
  expect(explainCi(aPolicy(), landscape, 'nobody')).toBeNull();
});
