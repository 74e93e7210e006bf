import { aJob, aServer, boundsOf } from '../testing/jobs';
import type { Bounds } from './demand';
import { jobTable } from './job-table';
import { lowerBound } from './lower-bound';
import type { Schedulable } from './plan-index';

const boundOf = (jobs: readonly Schedulable[], bounds: Bounds) => lowerBound(jobTable(jobs), bounds);

it('is nothing where there is nothing to do', () => {
  expect(boundOf([], boundsOf([]))).toEqual({ ms: 0, boundBy: 'nothing' });
});

it('is the longest path where nothing limits', () => {
  const jobs = [
    aJob('a', { estimateMs: 5 }),
    aJob('b', { estimateMs: 7, dependsOn: ['a'] }),
    aJob('c', { estimateMs: 11 }),
  ];

  expect(boundOf(jobs, boundsOf(jobs))).toEqual({ ms: 12, boundBy: 'the longest path' });
});

it('is the work over the limit, rounded up, where a limit dominates', () => {
  const jobs = ['a', 'b', 'c', 'd', 'e'].map((id) => aJob(id, { estimateMs: 5 }));

  expect(boundOf(jobs, boundsOf(jobs, { limits: { campaign: 2 } }))).toEqual({
    ms: 13,
    boundBy: 'the limit of 2 jobs for the campaign',
  });
});

it('adds to the work in a scope what must at least come before and after it', () => {
  const jobs = [
    aJob('a1', { estimateMs: 2 }),
    aJob('a2', { estimateMs: 3 }),
    aJob('b1', { estimateMs: 10, tier: 'db', dependsOn: ['a1'] }),
    aJob('b2', { estimateMs: 10, tier: 'db', dependsOn: ['a2'] }),
    aJob('c1', { estimateMs: 4, dependsOn: ['b1'] }),
    aJob('c2', { estimateMs: 6, dependsOn: ['b2'] }),
  ];

  expect(boundOf(jobs, boundsOf(jobs, { limits: { tier: { db: 1 } } }))).toEqual({
    ms: 2 + 20 + 4,
    boundBy: 'the limit of 1 jobs for tier db',
  });
});

it.each([
  ['site cologne', { site: { cologne: 1 } }, { site: 'cologne' }],
  ['zone dmz', { zone: { dmz: 1 } }, { zone: 'dmz' }],
  ['hypervisor hv-1', { hypervisor: { 'hv-1': 1 } }, { hypervisor: 'hv-1' }],
  ['tag blue', { tag: { blue: 1 } }, { tags: ['blue'] }],
])('knows the limit of %s, by the server of the job', (scope, limits, where) => {
  const jobs = ['a', 'b', 'c'].map((id) => aJob(id, { estimateMs: 5 }));
  const servers = jobs.map((job) => aServer(job.server, where));

  expect(boundOf(jobs, boundsOf(jobs, { limits, servers }))).toEqual({
    ms: 15,
    boundBy: `the limit of 1 jobs for ${scope}`,
  });
});

/** A member of cluster `c` that is down while its server is patched. */
function member(name: string): Schedulable[] {
  const where = { server: name, ci: name, cluster: 'c' };
  return [
    aJob(`stop-${name}`, { ...where, action: 'STOP', estimateMs: 1 }),
    aJob(`patch-${name}`, { server: name, estimateMs: 20, dependsOn: [`stop-${name}`] }),
    aJob(`start-${name}`, { ...where, action: 'START', estimateMs: 2, dependsOn: [`patch-${name}`] }),
  ];
}

it('counts a member of a cluster from its stop to its start, with all that happens to its server between', () => {
  const jobs = ['m1', 'm2', 'm3'].flatMap(member);

  expect(boundOf(jobs, boundsOf(jobs, { limits: { cluster: { c: 1 } } }))).toEqual({
    ms: 3 * 23,
    boundBy: 'cluster c, of which 1 may be down at a time',
  });
});

it('names the cluster whose members follow each other on the longest path', () => {
  const [first, second] = [member('m1'), member('m2')];
  const chained = second.map((job) => (job.action === 'STOP' ? { ...job, dependsOn: ['start-m1'] } : job));
  const jobs = [...first, ...chained, aJob('z', { estimateMs: 1, dependsOn: ['start-m2'] })];

  expect(boundOf(jobs, boundsOf(jobs, { limits: { cluster: { c: 1 } } }))).toEqual({
    ms: 47,
    boundBy: 'the longest path, through 2 members of cluster c one after the other',
  });
});

it('adds up waves that come one after the other, with the soaks between them', () => {
  const jobs = [
    aJob('a', { estimateMs: 5, wave: 'canary' }),
    aJob('b', { estimateMs: 7, wave: 'rest' }),
    aJob('c', { estimateMs: 8, wave: 'rest' }),
  ];
  const waves = [
    { name: 'canary', soakMs: 100 },
    { name: 'empty', soakMs: 1000 },
    { name: 'rest', soakMs: 10_000 },
  ];

  expect(boundOf(jobs, boundsOf(jobs, { waves, limits: { campaign: 1 } }))).toEqual({
    ms: 5 + 100 + 15,
    boundBy:
      'the waves one after the other: canary by the longest path, rest by the limit of 1 jobs for the campaign',
  });
});

it('does not begin the work of a window before it opens', () => {
  const jobs = [aJob('a', { estimateMs: 5 }), aJob('b', { estimateMs: 7, window: 1 })];
  const windows = [
    { start: '1970-01-01T00:00:00.000Z', end: '1970-01-01T01:00:00.000Z' },
    { start: '1970-01-02T00:00:00.000Z', end: '1970-01-02T01:00:00.000Z' },
  ];

  expect(boundOf(jobs, boundsOf(jobs, { windows }))).toEqual({
    ms: 24 * 3_600_000 + 7,
    boundBy: 'window 2, which opens at 1970-01-02T00:00:00.000Z, and in it the longest path',
  });
});
