import type { BusinessGate } from '@patchtide/contracts';
import { batchJob, component, landscapeOf } from '../testing/landscapes';
import { planOf } from '../testing/plans';

/** A shop that needs an ERP, and a mail server that nobody needs. */
const landscape = landscapeOf({
  components: [
    component('erp', { application: 'erp', tier: 'db' }),
    component('shop', { application: 'shop', tier: 'web' }),
    component('mail', { application: 'mail' }),
  ],
  needs: [['shop', 'erp']],
  batchJobs: [batchJob('closing', 'srv-erp')],
  monitored: ['srv-erp', 'srv-mail'],
});
const gated = (gates: BusinessGate[], estate = landscape) =>
  Object.fromEntries(
    planOf({ landscape: estate, policy: { gates } })
      .jobs.filter((job) => job.gates.length > 0)
      .map((job) => [job.id, job.gates]),
  );

it('asks nothing without gates', () => {
  expect(gated([])).toEqual({});
});

it('asks before an application stops, and before anything is muted, held or stopped for that', () => {
  const gates = [{ name: 'month-end-closed', match: { application: 'erp' } }];

  expect(Object.keys(gated(gates))).toEqual(['hold-closing', 'mute-srv-erp', 'stop-erp', 'stop-shop']);
});

it('lets the whole application wait where one of its components matches', () => {
  const more = landscapeOf({
    components: [component('db', { tier: 'db', kind: 'pg' }), component('web', { tier: 'web' })],
  });

  expect(Object.keys(gated([{ name: 'closed', match: { kind: 'pg' } }], more))).toEqual([
    'stop-db',
    'stop-web',
  ]);
});

it('is for everything without a match, also for a server on which nothing has to be stopped', () => {
  const bare = landscapeOf({ servers: [{ id: 's1' }], components: [component('a')] });

  expect(gated([{ name: 'closed' }], bare)).toEqual({ 'stop-a': ['closed'], 'patch-s1': ['closed'] });
});

it('asks all gates of one job, each once', () => {
  const gates = [{ name: 'b' }, { name: 'a' }, { name: 'b', match: { application: 'mail' } }];

  expect(gated(gates)['stop-mail']).toEqual(['a', 'b']);
});
