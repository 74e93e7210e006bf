import { aNight, MINUTE_MS } from '../testing/night';
import { dataOf, typesOf } from '../testing/given';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';

const night = () => aNight({ landscape: threeTiers() });

it('takes a repeated end as nothing', () => {
  const n = night();
  n.ends('stop-web');

  expect(n.ends('stop-web')).toEqual([]);
  expect(n.ends('stop-web', 'failed')).toEqual([]);
});

it('takes a repeated failure as nothing, also one whose outcome is unknown', () => {
  const n = night();
  n.ends('stop-web', 'unknown');

  expect(n.ends('stop-web', 'unknown')).toEqual([]);

  const other = night();
  other.ends('stop-web', 'failed');

  expect(other.ends('stop-web', 'failed')).toEqual([]);
});

it('takes a repeated start as nothing', () => {
  const n = night();
  n.starts('stop-web');

  expect(n.starts('stop-web')).toEqual([]);
});

it('takes a start that arrives after the end as nothing', () => {
  const n = night();
  n.ends('stop-web');

  expect(n.starts('stop-web')).toEqual([]);
  expect(n.status('stop-web')).toBe('succeeded');
});

it('accepts an end whose start never arrived', () => {
  const n = night();

  expect(typesOf(n.ends('stop-web'))[0]).toBe('JobSucceeded');
  expect(n.status('stop-web')).toBe('succeeded');
});

it('accepts a late success after the attempt was given up as unknown, and closes its incident', () => {
  const n = night();
  n.silence('stop-web');
  expect(n.status('stop-web')).toBe('unknown');

  const events = n.ends('stop-web');

  expect(typesOf(events).slice(0, 2)).toEqual(['JobSucceeded', 'IncidentResolved']);
  expect(n.running).toContain('stop-app');
});

it('accepts a late failure after the attempt was given up as unknown', () => {
  const n = night();
  n.silence('stop-web');

  expect(dataOf(n.ends('stop-web', 'failed'), 'JobFailed')).toMatchObject([
    { outcome: 'failed', attempt: 1 },
  ]);
  expect(n.status('stop-web')).toBe('failed');
});

it('accepts a late success while a retry of the unknown attempt has not begun, and tries no more', () => {
  const n = aNight({
    landscape: threeTiers(),
    policy: { reactions: [{ on: 'unknown', retry: 1, delay: '10m' }] },
  });
  n.silence('stop-web');
  expect(n.status('stop-web')).toBe('waiting');

  n.ends('stop-web');
  n.pass(20 * MINUTE_MS);

  expect(n.status('stop-web')).toBe('succeeded');
  expect(n.job('stop-web').attempt).toBe(1);
  expect(n.running).toContain('stop-app');
});

it('ignores a late success of an attempt whose failure was certain, while the next one waits', () => {
  const n = aNight({
    landscape: threeTiers(),
    policy: { reactions: [{ on: 'failed', retry: 1, delay: '10m' }] },
  });
  n.ends('stop-web', 'failed');

  expect(n.ends('stop-web')).toEqual([]);
});

it('ignores reports of an old attempt, whatever they say', () => {
  const n = night();
  n.silence('stop-web');
  n.answer('retry', 'stop-web');

  expect(n.ends('stop-web', 'succeeded', 1)).toEqual([]);
  expect(n.ends('stop-web', 'failed', 1)).toEqual([]);
  expect(n.starts('stop-web', 1)).toEqual([]);
  expect(n.silence('stop-web', 1)).toEqual([]);
  expect(n.status('stop-web')).toBe('dispatched');
});

it('ignores reports of an attempt that was never made', () => {
  expect(night().ends('stop-web', 'succeeded', 2)).toEqual([]);
  expect(night().ends('start-web', 'succeeded', 1)).toEqual([]);
});

it('ignores reports of jobs that the plan does not have', () => {
  const n = night();

  expect(n.send({ type: 'RecordSilence', job: 'stop-ghost', attempt: 1, at: n.at })).toEqual([]);
});

it('ignores reports of a job that was skipped, completed or taken over meanwhile', () => {
  const n = night();
  n.succeedAll('verify-srv-db');
  n.silence('verify-srv-db');
  n.answer('skip', 'verify-srv-db');
  expect(n.ends('verify-srv-db')).toEqual([]);

  const other = night();
  other.silence('stop-web');
  other.answer('take-over', 'stop-web');
  expect(other.ends('stop-web')).toEqual([]);
  other.answer('complete', 'stop-web');
  expect(other.ends('stop-web', 'failed')).toEqual([]);
});

it('ignores reports that arrive before the campaign runs and after it has closed', () => {
  const n = night();
  n.silence('stop-web');
  n.operator('Abort');
  n.ends('start-web');
  expect(n.campaign.status).toBe('closed');

  expect(n.ends('stop-web')).toEqual([]);
  expect(n.ends('stop-web', 'failed')).toEqual([]);
});

it('takes silence about an attempt that has ended as nothing', () => {
  const n = night();
  n.ends('stop-web');

  expect(n.silence('stop-web', 1)).toEqual([]);
});

it('takes silence for neither success nor failure', () => {
  const n = night();
  const [failed, opened] = n.silence('stop-web');

  expect(failed).toMatchObject({ type: 'JobFailed', data: { outcome: 'unknown' } });
  expect(opened).toMatchObject({
    type: 'IncidentOpened',
    data: { outcome: 'unknown', jobName: 'STOP_WEB_web' },
  });
  expect(n.running).toEqual([]);
});

const packages = [{ name: 'nginx', from: '1.22.1-9', to: '1.22.1-9+deb12u1' }];

it('records of a failure what had changed and what the host noted, and shows the notes in the incident', () => {
  const n = night();
  n.starts('stop-web');
  const facts = { failure: 'nginx could not be configured', 'half-configured': 'nginx' };
  const attempt = { campaign: 'CHG1', job: 'stop-web', attempt: 1, attemptId: 'CHG1/stop-web/1' };
  const end = { outcome: 'failed' as const, summary: 'it failed', outputTail: '', facts, packages };
  const report = { kind: 'finished' as const, ...attempt, executor: 'agent-1', at: n.at, ...end };
  const events = n.send({ type: 'RecordReport', report, at: n.at });

  expect(dataOf(events, 'JobFailed')).toMatchObject([{ facts, packages }]);
  expect(dataOf(events, 'IncidentOpened')).toMatchObject([{ facts }]);
  expect(dataOf(events, 'IncidentOpened')[0]).not.toHaveProperty('packages');
  expect(
    JSON.stringify(n.job('stop-web'), (key, value: unknown) => (key === 'plan' ? null : value)),
  ).not.toContain('nginx');
});

it('records what the executor saw: who, exit code, boot id, facts and packages', () => {
  const n = night();
  n.starts('stop-web');
  const report = {
    ...{
      kind: 'finished' as const,
      campaign: 'CHG1',
      job: 'stop-web',
      attempt: 1,
      attemptId: 'CHG1/stop-web/1',
    },
    ...{
      executor: 'agent-1',
      at: n.at,
      outcome: 'succeeded' as const,
      summary: 'stopped',
      outputTail: 'bye',
    },
    ...{ exitCode: 0, bootId: 'b-1', facts: { took: '3s' }, packages },
  };
  const events = n.send({ type: 'RecordReport', report, at: n.at });

  expect(dataOf(n.events, 'JobStarted')).toMatchObject([{ executor: 'agent-1' }]);
  expect(dataOf(events, 'JobSucceeded')).toMatchObject([
    { exitCode: 0, bootId: 'b-1', facts: { took: '3s' }, packages },
  ]);
});

it('opens one incident per job and opens it again rather than a second one', () => {
  const n = night();
  n.ends('stop-web', 'failed');
  n.answer('retry', 'stop-web');
  n.ends('stop-web', 'timed-out');

  expect(dataOf(n.events, 'IncidentOpened').map((i) => i.incident)).toEqual([
    'CHG1~stop-web',
    'CHG1~stop-web',
  ]);
  expect(n.execution.incidents.get('CHG1~stop-web')).toMatchObject({ open: true, times: 2 });
});

it('tells in the incident who waits for the job, how much time is left, and what may be answered', () => {
  const n = night();
  const [incident] = dataOf(n.ends('stop-web', 'failed'), 'IncidentOpened');

  expect(incident).toMatchObject({
    ci: 'web',
    server: 'srv-web',
    application: 'crm',
    waiting: n.plan.jobs.length - 1,
    slackMs: n.plan.forecast.slackMs,
    answers: ['retry', 'complete', 'take-over'],
  });
});

it('runs a whole campaign to its end in the order of the plan', () => {
  const n = aNight({
    landscape: landscapeOf({
      components: [component('app'), component('db', { tier: 'db' })],
      needs: [['app', 'db']],
      monitored: ['srv-db'],
    }),
  });
  n.succeedAll();

  expect(dataOf(n.events, 'JobSucceeded').map((job) => job.job)).toHaveLength(n.plan.jobs.length);
  expect(dataOf(n.events, 'CampaignClosed')).toEqual([
    {
      outcome: 'completed',
      serversPatched: 2,
      jobsSucceeded: n.plan.jobs.length,
      jobsSkipped: 0,
      jobsUnresolved: 0,
      incidents: 0,
      at: n.at,
    },
  ]);
  expect(n.openObligations).toEqual([]);
});

it('records an obligation before the dispatch that takes something away, and discharges it with the proof', () => {
  const n = night();
  const taken = n.events.findIndex((e) => e.type === 'ObligationOpened');

  expect(n.events[taken]?.data).toMatchObject({
    obligation: 'stopped:web',
    kind: 'stopped',
    job: 'stop-web',
  });
  expect(n.events[taken + 1]).toMatchObject({ type: 'JobDispatched', data: { job: 'stop-web' } });

  n.succeedAll('start-web');
  expect(n.openObligations).toEqual(['stopped:web']);
  expect(dataOf(n.ends('start-web'), 'ObligationDischarged')).toMatchObject([
    { obligation: 'stopped:web', how: 'verified', by: 'patchtide' },
  ]);
});
