import type { KindProcedure } from '@patchtide/contracts';
import { batchJob, component, landscapeOf, threeTiers } from '../testing/landscapes';
import { faultsOf, jobOf, planOf } from '../testing/plans';

const hostile = ['a"; rm -rf /', '$(x)', '`id`', 'ä ö', "it's", '{name}', '&& reboot', '\\'];
const withKind = (procedure: KindProcedure, attributes = {}) => ({
  landscape: landscapeOf({ components: [component('db', { kind: 'pg', tier: 'db', attributes })] }),
  policy: { kinds: { pg: procedure } },
});

it.each(hostile)('keeps the value %j as one argument, whatever a shell would make of it', (value) => {
  const procedure: KindProcedure = { stop: { command: ['pg_ctl', '{name}', '{label}'] } };
  const { policy } = withKind(procedure);
  const landscape = landscapeOf({
    components: [component('db', { kind: 'pg', tier: 'db', name: value, attributes: { label: value } })],
  });

  expect(jobOf(planOf({ landscape, policy }), 'stop-db').steps[0]?.argv).toEqual(['pg_ctl', value, value]);
});

it('puts no CMDB data into any argument that it does not name alone', () => {
  const plan = planOf(
    withKind({ stop: { command: ['echo', 'x{port}', '{port}y', '--port={port}'] } }, { port: 5432 }),
  );

  expect(jobOf(plan, 'stop-db').steps[0]?.argv).toEqual(['echo', 'x{port}', '{port}y', '--port={port}']);
});

it('refuses values that a program would read as an option, all of them at once', () => {
  const procedure: KindProcedure = {
    stop: { command: ['pg_ctl', '{mode}'] },
    start: { command: ['pg_ctl', '{flag}'] },
  };

  expect(faultsOf(withKind(procedure, { mode: '-rf', flag: '--help' }))).toMatchObject([
    { path: '/components/0/attributes/mode', message: expect.stringContaining('read as an option') },
    { path: '/components/0/attributes/flag', remedy: expect.stringContaining('dash') },
  ]);
});

it('refuses placeholders that a component has no value for, built-in property names included', () => {
  const procedure: KindProcedure = { stop: { command: ['pg_ctl', '{port}', '{constructor}'] } };

  expect(faultsOf(withKind(procedure))).toMatchObject([
    { path: '/components/0/attributes/port', remedy: 'Add the attribute "port" to the component.' },
    { path: '/components/0/attributes/constructor' },
  ]);
});

it('refuses to take the program itself from CMDB data', () => {
  const procedure: KindProcedure = { stop: { command: ['{script}', 'stop'] } };

  expect(faultsOf(withKind(procedure, { script: '/opt/x/stop.sh' }))).toMatchObject([
    { message: expect.stringContaining('program') },
  ]);
});

it('replaces a placeholder that stands alone by the value, numbers and built-in names included', () => {
  const command = ['check', '{port}', '{id}', '{name}', '{unit}', '{application}', '{address}'];
  const plan = planOf(withKind({ verifyStarted: { command } }, { port: 5432 }));

  expect(jobOf(plan, 'start-db').steps.at(-1)).toEqual({
    mode: 'until',
    timeoutMs: 120_000,
    argv: ['check', '5432', 'db', 'db', 'db.service', 'crm', '10.0.0.1'],
  });
});

it('refuses a component without unit whose kind has no procedure, or one that needs a unit', () => {
  const { unit: _, ...bare } = component('db', { kind: 'pg', tier: 'db' });
  const landscape = landscapeOf({ components: [component('first'), bare] });

  expect(faultsOf({ landscape })).toMatchObject([
    { path: '/components/1', remedy: expect.stringContaining('/kinds') },
  ]);
  expect(
    faultsOf({ landscape, policy: { kinds: { pg: { stop: { unit: 'stop' }, start: { unit: 'start' } } } } }),
  ).toMatchObject([{ path: '/components/1/unit' }]);
});

it('stops and starts a component with a unit by systemd where the policy says nothing', () => {
  const plan = planOf({ landscape: threeTiers() });

  expect(jobOf(plan, 'stop-db').steps.map((s) => [s.mode, ...s.argv])).toEqual([
    ['do', '@unit-stop', 'db.service'],
    ['until', '@unit-stopped', 'db.service'],
  ]);
  expect(jobOf(plan, 'start-db').steps.map((s) => [s.mode, ...s.argv])).toEqual([
    ['do', '@unit-start', 'db.service'],
    ['until', '@unit-steady', 'db.service'],
  ]);
});

it('lets a kind replace one phase and keep the others', () => {
  const plan = planOf(withKind({ stop: [{ command: ['drain'], timeout: '90s' }, { unit: 'stop' }] }));

  expect(jobOf(plan, 'stop-db').steps.map((s) => s.argv[0])).toEqual([
    'drain',
    '@unit-stop',
    '@unit-stopped',
  ]);
  expect(jobOf(plan, 'stop-db').steps[0]?.timeoutMs).toBe(90_000);
  expect(jobOf(plan, 'start-db').steps[0]?.argv[0]).toBe('@unit-start');
});

it('repeats verifications until they hold and runs everything else once, unless the policy says otherwise', () => {
  const plan = planOf(
    withKind({
      stop: { command: ['wait-idle'], until: true },
      verifyStopped: { command: ['look'] },
      verifyStarted: { command: ['look'], until: false },
    }),
  );

  expect(jobOf(plan, 'stop-db').steps.map((s) => s.mode)).toEqual(['until', 'until']);
  expect(jobOf(plan, 'start-db').steps.at(-1)?.mode).toBe('do');
});

it('gives a job at least the time that its steps may take', () => {
  for (const job of planOf({ landscape: threeTiers() }).jobs) {
    expect(job.timeoutMs).toBeGreaterThanOrEqual(job.steps.reduce((sum, step) => sum + step.timeoutMs, 0));
  }
});

it('names jobs by action, tier or kind, and CI', () => {
  const landscape = threeTiers({ batchJobs: [batchJob('billing', 'srv-db')], monitored: ['srv-db'] });
  const plan = planOf({ landscape, change: { scope: { servers: ['srv-db'] } } });
  const nameOf = (id: string) => jobOf(plan, id).name;

  expect(nameOf('stop-db')).toBe('STOP_DB_db');
  expect(nameOf('patch-srv-db')).toBe('PATCH_OS_srv-db');
  expect(nameOf('reboot-srv-db')).toBe('REBOOT_SERVER_srv-db');
  expect(nameOf('verify-srv-db')).toBe('VERIFY_SERVER_srv-db');
  expect(nameOf('hold-billing')).toBe('HOLD_BATCH_billing');
  expect(nameOf('mute-srv-db')).toBe('MUTE_SERVER_srv-db');
});

it('gives a job the CI that it acts on and whom it concerns', () => {
  const landscape = landscapeOf({
    servers: [{ id: 's1', owner: 'team-linux' }],
    components: [
      component('db', { server: 's1', tier: 'db', owner: 'team-dba', cluster: 'pair' }),
      component('x', { server: 's1', application: 'shop' }),
    ],
  });
  const plan = planOf({ landscape });

  expect(jobOf(plan, 'stop-db')).toMatchObject({
    ci: 'db',
    server: 's1',
    application: 'crm',
    tier: 'db',
    cluster: 'pair',
    owner: 'team-dba',
    executor: 'host',
  });
  expect(jobOf(plan, 'patch-s1')).toMatchObject({
    ci: 's1',
    application: null,
    applications: ['crm', 'shop'],
    owner: 'team-linux',
  });
  expect(jobOf(plan, 'stop-x').owner).toBe('team-linux');
});

it('mutes all monitors of a server, its components and its batch jobs in one job, and unmutes the same', () => {
  const landscape = threeTiers({
    batchJobs: [batchJob('billing', 'srv-db')],
    monitored: ['srv-db', 'db', 'billing', 'srv-web'],
  });
  const plan = planOf({ landscape });
  const subjects = jobOf(plan, 'mute-srv-db').subjects.map((subject) => subject.id);

  expect([...subjects].sort()).toEqual(['mon-billing', 'mon-db', 'mon-srv-db']);
  expect(jobOf(plan, 'unmute-srv-db').subjects).toEqual(jobOf(plan, 'mute-srv-db').subjects);
  expect(jobOf(plan, 'mute-srv-db').executor).toBe('suppression');
});

it('plans no mute where there is no monitor', () => {
  expect(planOf({ landscape: threeTiers() }).jobs.filter((job) => job.action === 'MUTE')).toEqual([]);
});

it('holds each batch job with its system and its reference', () => {
  const plan = planOf({ landscape: landscapeOf({ batchJobs: [batchJob('billing', 's1')] }) });

  expect(jobOf(plan, 'hold-billing')).toMatchObject({
    ci: 'billing',
    subjects: [{ id: 'billing', system: 'cron', ref: { ref: '/etc/cron.d/billing' } }],
  });
});

it('plans no reboot where the policy says never, and verifies all the same', () => {
  const plan = planOf({ landscape: threeTiers(), policy: { reboot: 'never' } });

  expect(plan.jobs.some((job) => job.action === 'REBOOT')).toBe(false);
  expect(jobOf(plan, 'verify-srv-db').dependsOn).toEqual(['patch-srv-db']);
});

it('reboots if needed by default, and always where the policy says so', () => {
  const modeOf = (policy: object) =>
    jobOf(planOf({ landscape: threeTiers(), policy }), 'reboot-srv-db').steps[0]?.argv;

  expect(modeOf({})).toEqual(['@reboot', 'if-needed', 'apt']);
  expect(modeOf({ reboot: 'always' })).toEqual(['@reboot', 'always']);
});

it.each([
  ['debian-12', 'apt'],
  ['rhel-9', 'dnf'],
  ['suse-15', 'zypper'],
])('patches %s with %s', (os, method) => {
  const plan = planOf({
    landscape: landscapeOf({ servers: [{ id: 's1', os }] }),
    policy: { patch: { debian: 'apt', rhel: 'dnf', suse: 'zypper' } },
  });

  expect(jobOf(plan, 'patch-s1').steps.map((step) => step.argv)).toEqual([['@patch', method]]);
});

it('takes durations and time-outs from the policy', () => {
  const plan = planOf({
    landscape: threeTiers(),
    policy: { durations: { STOP: '7s' }, timeouts: { REBOOT: '25m' } },
  });

  expect(jobOf(plan, 'stop-db').estimateMs).toBe(7_000);
  expect(jobOf(plan, 'reboot-srv-db').timeoutMs).toBe(1_500_000);
});
