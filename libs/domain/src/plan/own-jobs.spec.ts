import type { OwnJob } from '@patchtide/contracts';
import { batchJob, component, landscapeOf, threeTiers } from '../testing/landscapes';
import { faultsOf, isInOrder, jobOf, planOf, predecessorsOf } from '../testing/plans';

const steps = { command: ['/usr/local/sbin/own-job', '{name}'] };
const check = (more: Partial<OwnJob> = {}): OwnJob => ({
  ...{ name: 'disk', action: 'CHECK', per: 'server', at: 'before', steps },
  ...more,
});
const patch = (more: Partial<OwnJob> = {}) => check({ action: 'PATCH', at: 'stopped', ...more });
const byHand: OwnJob = {
  ...{ name: 'seal', action: 'MANUAL', per: 'server', at: 'verified' },
  instructions: 'Seal the rack again.',
};
const planWith = (jobs: OwnJob[], landscape = threeTiers(), policy = {}) =>
  planOf({ landscape, policy: { ...policy, jobs } });

it('gives a job of the policy an id and a name of its action, its name and its CI', () => {
  const job = jobOf(planWith([check()]), 'check-disk.srv-db');

  expect(job).toMatchObject({ name: 'CHECK_DISK_srv-db', action: 'CHECK', ci: 'srv-db', server: 'srv-db' });
  expect(job.steps).toEqual([
    { mode: 'do', timeoutMs: 300_000, argv: ['/usr/local/sbin/own-job', 'srv-db'] },
  ]);
  expect(job).toMatchObject({
    application: null,
    applications: ['crm'],
    executor: 'host',
    instructions: null,
  });
});

it('takes what a job for a component needs from the component, defaults of its kind included', () => {
  const kinds = {
    pg: {
      parameters: { port: { type: 'integer', default: 5432 } },
    },
  } as const;
  const landscape = landscapeOf({ components: [component('db', { kind: 'pg', tier: 'db', cluster: 'c' })] });
  const own = check({ name: 'lag', per: 'component', steps: { command: ['lag', '{port}', '{unit}'] } });
  const job = jobOf(planWith([own], landscape, { kinds }), 'check-lag.db');

  expect(job).toMatchObject({ name: 'CHECK_LAG_db', ci: 'db', tier: 'db', application: 'crm', cluster: 'c' });
  expect(job.steps[0]?.argv).toEqual(['lag', '5432', 'db.service']);
});

it('asks before anything is taken from the group', () => {
  const landscape = threeTiers({ monitored: ['srv-web'], batchJobs: [batchJob('nightly', 'srv-db')] });
  const plan = planWith([check()], landscape);

  expect(jobOf(plan, 'check-disk.srv-web').dependsOn).toEqual([]);
  expect(isInOrder(plan, 'check-disk.srv-web', 'mute-srv-web')).toBe(true);
  expect(isInOrder(plan, 'check-disk.srv-db', 'hold-nightly')).toBe(true);
  for (const server of ['srv-web', 'srv-app', 'srv-db'])
    expect(isInOrder(plan, `check-disk.${server}`, 'stop-web')).toBe(true);
});

it('asks the doctor first', () => {
  const plan = planWith([check()], threeTiers(), { doctor: 'required' });

  expect(jobOf(plan, 'check-disk.srv-db').dependsOn).toEqual(['check-srv-db']);
});

it('patches between the stops of a server and its patch, and between its patch and its reboot', () => {
  const plan = planWith([patch({ name: 'snapshot' }), patch({ name: 'firmware', at: 'patched' })]);

  expect(
    isInOrder(
      plan,
      ...['stop-db', 'patch-snapshot.srv-db', 'patch-srv-db', 'patch-firmware.srv-db', 'reboot-srv-db'],
    ),
  ).toBe(true);
});

it('lets a person in before anything starts, with instructions', () => {
  const plan = planWith([byHand]);
  const job = jobOf(plan, 'manual-seal.srv-db');

  expect(job).toMatchObject({ executor: 'person', instructions: 'Seal the rack again.', steps: [] });
  expect(isInOrder(plan, 'verify-srv-db', job.id, 'start-db')).toBe(true);
});

it('asks afterwards when it serves again, and gives back only then', () => {
  const landscape = threeTiers({ monitored: ['srv-db'], batchJobs: [batchJob('nightly', 'srv-db')] });
  const plan = planWith(
    [check({ at: 'after' }), check({ name: 'page', per: 'component', at: 'after' })],
    landscape,
  );

  expect(isInOrder(plan, 'start-db', 'check-disk.srv-db', 'release-nightly', 'unmute-srv-db')).toBe(true);
  expect(isInOrder(plan, 'start-db', 'check-page.db', 'release-nightly')).toBe(true);
  expect(predecessorsOf(plan, 'check-page.db')).not.toContain('start-app');
  expect(predecessorsOf(plan, 'start-app')).not.toContain('check-page.db');
});

it('runs jobs of one moment on a server in the order of the policy', () => {
  const plan = planWith([patch({ name: 'z-first' }), patch({ name: 'a-second' })]);

  expect(isInOrder(plan, 'patch-z-first.srv-db', 'patch-a-second.srv-db', 'patch-srv-db')).toBe(true);
});

it('has jobs only where they match', () => {
  const landscape = landscapeOf({
    servers: [
      { id: 'srv-a', os: 'debian-12' },
      { id: 'srv-b', os: 'debian-11' },
    ],
    components: [component('a', { tier: 'db' }), component('b')],
  });
  const idsWith = (own: OwnJob) =>
    planWith([own], landscape)
      .jobs.map(({ id }) => id)
      .filter((id) => id.startsWith('check-'));

  expect(idsWith(check({ match: { tier: 'db' } }))).toEqual(['check-disk.srv-a']);
  expect(idsWith(check({ match: { os: 'debian-11' } }))).toEqual(['check-disk.srv-b']);
  expect(idsWith(check({ match: { os: 'debian' } }))).toEqual(['check-disk.srv-a', 'check-disk.srv-b']);
  expect(idsWith(check({ per: 'component', match: { kind: 'service', tier: 'app' } }))).toEqual([
    'check-disk.b',
  ]);
});

it('changes nothing on servers that are only stopped, and asks there all the same', () => {
  const jobs = [patch({ per: 'component' }), check({ name: 'page', per: 'component', at: 'after' })];
  const plan = planOf({
    landscape: threeTiers(),
    policy: { jobs },
    change: { scope: { servers: ['srv-db'] } },
  });

  expect(plan.jobs.filter(({ id }) => /^(patch-disk|check-page)/.test(id)).map(({ id }) => id)).toEqual([
    'check-page.app',
    'check-page.db',
    'check-page.web',
    'patch-disk.db',
  ]);
});

it('expects the time that the policy gives it, and waits at least as long as its steps may take', () => {
  const plan = planWith([check({ duration: '3m', timeout: '1m' })]);

  expect(jobOf(plan, 'check-disk.srv-db')).toMatchObject({
    estimateMs: 180_000,
    estimateFrom: { from: 'policy' },
    timeoutMs: 300_000,
  });
});

it('leaves packages of a job of the policy out of the patch of the server', () => {
  const plan = planWith([patch({ steps: { packages: ['firmware-nic'] } })]);

  expect(jobOf(plan, 'patch-disk.srv-db').steps[0]?.argv).toEqual(['@patch', 'apt', 'only=firmware-nic']);
  expect(jobOf(plan, 'patch-srv-db').steps[0]?.argv).toContain('skip=firmware-nic');
});

it('refuses an id that would be too long, and says which', () => {
  const id = `s${'x'.repeat(125)}`;
  const landscape = landscapeOf({ servers: [{ id }] });

  expect(faultsOf({ landscape, policy: { jobs: [check()] } })).toEqual([
    {
      path: '/jobs/0/name',
      message: `the id of the job CHECK_DISK_${id} would be check-disk.${id}, which is too long`,
      remedy: 'Give the job a shorter name, or the CI a shorter id.',
    },
  ]);
});

it('refuses a name that makes the id of another job', () => {
  const landscape = landscapeOf({ servers: [{ id: 'a' }, { id: 'disk.a' }] });
  const jobs = [patch(), patch({ name: 'disk.disk', match: { server: 'a' } })];

  expect(faultsOf({ landscape, policy: { jobs } })).toMatchObject([
    {
      path: '/jobs/0/name',
      message: 'the job PATCH_DISK_a would have the id patch-disk.a of PATCH_OS_disk.a',
    },
    { path: '/jobs/1/name' },
  ]);
});

it('says which attribute a job for a component lacks', () => {
  const own = check({ per: 'component', steps: { command: ['lag', '{port}'] }, match: { component: 'db' } });

  expect(faultsOf({ landscape: threeTiers(), policy: { jobs: [own] } })).toMatchObject([
    { path: '/components/2/attributes/port', remedy: 'Add the attribute "port" to the component.' },
  ]);
});
