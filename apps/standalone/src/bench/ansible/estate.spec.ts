import { buildPlan } from '@patchtide/domain';
import { changeAt, estateOf, policyFor, TASKS } from './estate';

const hosts = {
  port: 2222,
  addresses: ['127.1.0.1', '127.1.0.2', '127.1.0.3'],
  bases: ['127.2.0.1', '127.2.0.2'],
};
const at = new Date(0);
const result = buildPlan({
  landscape: estateOf(hosts),
  policy: policyFor(50),
  change: changeAt(at.getTime(), hosts),
  at: at.toISOString(),
  landscapeDigest: 'sha256:landscape',
  policyDigest: 'sha256:policy',
});
const jobs = result.ok ? result.plan.jobs : [];

it('gives every host as many jobs as tasks, each of which runs `true` once', () => {
  for (const host of ['host-1', 'host-2', 'host-3']) {
    const own = jobs.filter(({ server }) => server === host);
    expect(own.map(({ steps }) => steps.map(({ argv }) => argv))).toEqual(Array(TASKS).fill([['true']]));
  }
});

it('lets the jobs of a host follow one another', () => {
  const before = (id: string) => jobs.find((job) => job.id === id)?.dependsOn;
  expect(before('stop-host-1-app')).toContain('stop-host-1-web');
  expect(before('stop-host-1-db')).toContain('stop-host-1-app');
  expect(before('start-host-1-app')).toContain('start-host-1-db');
  expect(before('start-host-1-web')).toContain('start-host-1-app');
});

it('needs four jobs more for each base server', () => {
  const ofBases = jobs.filter(({ server }) => server.startsWith('base-')).map(({ id }) => id);
  expect(ofBases.sort()).toEqual(
    ['base-1', 'base-2']
      .flatMap((base) => [`patch-${base}`, `start-${base}-base`, `stop-${base}-base`, `verify-${base}`])
      .sort(),
  );
});
