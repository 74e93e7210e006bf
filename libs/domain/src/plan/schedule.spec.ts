import { aJob, aServer, boundsOf } from '../testing/jobs';
import type { Schedulable } from './plan-index';
import { schedule, type ScheduleInput } from './schedule';

/** When each job starts, by id. */
function startsOf(input: ScheduleInput): Record<string, number> {
  const { table, course } = schedule(input);
  return Object.fromEntries(table.jobs.map(({ id }, job) => [id, course.startMs[job] ?? NaN]));
}

const minutes = (count: number) => count * 60_000;
const instant = (ms: number) => new Date(ms).toISOString();

it('starts the longest remaining path first where places are few', () => {
  const jobs = [
    aJob('short'),
    aJob('long', { estimateMs: minutes(1) }),
    aJob('tail', { estimateMs: minutes(5), dependsOn: ['long'] }),
  ];

  expect(startsOf({ jobs, ...boundsOf(jobs, { limits: { campaign: 1 } }) })).toEqual({
    long: 0,
    tail: minutes(1),
    short: minutes(6),
  });
});

it('brings a component back up before the next one goes down, where that takes no longer', () => {
  const outage = (name: string): Schedulable[] => [
    aJob(`stop-${name}`, { action: 'STOP', ci: name, group: name }),
    aJob(`patch-${name}`, { group: name, dependsOn: [`stop-${name}`] }),
    aJob(`start-${name}`, { action: 'START', ci: name, group: name, dependsOn: [`patch-${name}`] }),
  ];
  const jobs = ['a', 'b'].flatMap(outage);

  expect(startsOf({ jobs, ...boundsOf(jobs, { limits: { campaign: 1 } }) })).toMatchObject({
    'stop-a': 0,
    'start-a': minutes(2),
    'stop-b': minutes(3),
    'start-b': minutes(5),
  });
});

it('holds a member of a cluster back while as many as allowed are down, whatever runs', () => {
  const member = (name: string): Schedulable[] => [
    aJob(`stop-${name}`, { action: 'STOP', ci: name, cluster: 'c' }),
    aJob(`start-${name}`, { action: 'START', ci: name, cluster: 'c', dependsOn: [`stop-${name}`, 'wait'] }),
  ];
  const jobs = [...member('a'), ...member('b'), aJob('wait', { estimateMs: minutes(9) })];
  const {
    'stop-a': a = 0,
    'stop-b': b = 0,
    ...rest
  } = startsOf({
    jobs,
    ...boundsOf(jobs, { limits: { cluster: { c: 1 } } }),
  });

  expect([Math.min(a, b), Math.max(a, b)]).toEqual([0, minutes(10)]);
  expect(Math.min(rest['start-a'] ?? 0, rest['start-b'] ?? 0)).toBe(minutes(9));
});

it('counts a member whose stop lies behind as down until its start has ended', () => {
  const jobs = [
    aJob('start-a', { action: 'START', ci: 'a', cluster: 'c', dependsOn: ['stop-a'] }),
    aJob('stop-b', { action: 'STOP', ci: 'b', cluster: 'c' }),
  ];

  expect(startsOf({ jobs, ...boundsOf(jobs, { limits: { cluster: { c: 1 } } }) })).toEqual({
    'start-a': 0,
    'stop-b': minutes(1),
  });
});

it('starts nothing of a window before it opens', () => {
  const jobs = [aJob('a'), aJob('b', { window: 1 })];
  const windows = [0, minutes(60)].map((ms) => ({ start: instant(ms), end: instant(ms + minutes(30)) }));

  expect(startsOf({ jobs, ...boundsOf(jobs, { windows }) })).toEqual({ a: 0, b: minutes(60) });
});

it('starts nothing of the servers of a freeze until it ends, and lets run what runs', () => {
  const jobs = [
    aJob('a', { server: 's1' }),
    aJob('b', { server: 's1', dependsOn: ['a'] }),
    aJob('c', { dependsOn: ['a'] }),
  ];
  const [start, end] = [instant(30_000), instant(minutes(10))];
  const freezes = [{ name: 'month end', start, end, servers: ['s1'] }];

  expect(startsOf({ jobs, ...boundsOf(jobs, { freezes, servers: [aServer('s1')] }) })).toEqual({
    a: 0,
    b: minutes(10),
    c: minutes(1),
  });
});

it('releases a wave when the one before has ended and its soak is over, and does not wait for an empty one', () => {
  const jobs = [aJob('a', { wave: 'one' }), aJob('b', { wave: 'three' })];
  const waves = [
    { name: 'one', soakMs: minutes(10) },
    { name: 'two', soakMs: minutes(100) },
    { name: 'three', soakMs: 0 },
  ];

  expect(startsOf({ jobs, ...boundsOf(jobs, { waves }) })).toEqual({ a: 0, b: minutes(11) });
});

it('says which job can never start', () => {
  const jobs = [aJob('a', { tier: 'db' })];

  expect(() => schedule({ jobs, ...boundsOf(jobs, { limits: { tier: { db: 0 } } }) })).toThrow(
    /^job a can never start/,
  );
});

it('takes what it waits for and is not among the jobs as done', () => {
  const jobs = [aJob('a', { dependsOn: ['gone'] })];

  expect(startsOf({ jobs, ...boundsOf(jobs) })).toEqual({ a: 0 });
});
