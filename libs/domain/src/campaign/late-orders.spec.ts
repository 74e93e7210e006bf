import { aNight, MINUTE_MS, type Night, SECOND_MS } from '../testing/night';
import { dataOf, typesOf } from '../testing/given';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { WINDOW_END } from '../testing/plans';
import { lastSafeMs, latestBeginMs } from './dispatch';

const night = (reactions: readonly object[] = []) =>
  aNight({ landscape: threeTiers(), policy: { reactions: reactions as never } });
const withMutes = () => aNight({ landscape: threeTiers({ monitored: ['srv-web'] }) });

it('orders again what never began, without asking anybody, because nothing was started', () => {
  const n = night();

  expect(typesOf(n.ends('stop-web', 'not-begun'))).toEqual([
    'JobFailed',
    'IncidentOpened',
    'JobRetryScheduled',
  ]);
  n.pass(10 * SECOND_MS);
  expect(n.job('stop-web')).toMatchObject({ status: 'dispatched', attempt: 2 });

  expect(dataOf(n.ends('stop-web'), 'IncidentResolved')).toMatchObject([{ how: 'reaction' }]);
});

it('takes up an attempt that was given up as unknown when an executor finds its order too late', () => {
  const n = night();
  n.silence('stop-web');
  expect(n.status('stop-web')).toBe('unknown');

  n.ends('stop-web', 'not-begun');
  n.pass(MINUTE_MS);

  expect(n.job('stop-web')).toMatchObject({ status: 'dispatched', attempt: 2 });
});

it('leaves it to people after three late orders of a job: the clock of an executor may be wrong', () => {
  const n = night();
  for (let attempt = 1; attempt <= 3; attempt++) {
    n.ends('stop-web', 'not-begun');
    n.pass(MINUTE_MS);
  }
  n.ends('stop-web', 'not-begun');

  expect(n.pass(60 * MINUTE_MS)).toEqual([]);
  expect(n.status('stop-web')).toBe('failed');
  expect(n.execution.incidents.get('CHG1~stop-web')).toMatchObject({ open: true });
});

it('lets the policy’s rule for unreachable servers say how often and how soon', () => {
  const n = night([{ on: 'unreachable', retry: 1, delay: '2m' }]);
  n.ends('stop-web', 'not-begun');
  expect(n.pass(119 * SECOND_MS)).toEqual([]);
  expect(typesOf(n.pass(SECOND_MS))).toEqual(['JobDispatched']);

  n.ends('stop-web', 'not-begun');
  expect(n.pass(60 * MINUTE_MS)).toEqual([]);
});

it('uses up no budget with an order that it gives again', () => {
  const n = aNight({ landscape: threeTiers(), policy: { budgets: { campaign: 1 } } });
  n.silence('stop-web');
  expect(n.execution.exhausted.size).toBe(1);

  expect(typesOf(n.ends('stop-web', 'not-begun'))).toContain('BudgetRecovered');
});

it('takes the reports on further copies of a late order as nothing', () => {
  const n = night([{ on: 'unreachable', retry: 0 }]);
  n.ends('stop-web', 'not-begun');
  expect(n.ends('stop-web', 'not-begun')).toEqual([]);
  expect(n.ends('stop-web', 'unknown')).toEqual([]);
});

it('believes exit code 0 more than the executor that found nothing begun', () => {
  const waiting = night();
  waiting.ends('stop-web', 'not-begun');
  expect(typesOf(waiting.ends('stop-web'))).toContain('JobSucceeded');

  const failed = night([{ on: 'unreachable', retry: 0 }]);
  failed.ends('stop-web', 'not-begun');
  expect(typesOf(failed.ends('stop-web', 'failed'))[0]).toBe('JobFailed');
});

it('does not take it for better evidence than an end that is known', () => {
  const n = night();
  n.ends('stop-web', 'failed');
  expect(n.ends('stop-web', 'not-begun')).toEqual([]);

  n.answer('retry', 'stop-web');
  n.ends('stop-web');
  expect(n.ends('stop-web', 'not-begun')).toEqual([]);
});

describe('on the way up', () => {
  const skipped = (n: Night, job: string) =>
    dataOf(n.events, 'JobSkipped').find((event) => event.job === job);

  it('is skipped at once, without an incident, when it would only take something away', () => {
    const n = night();
    n.until(WINDOW_END);
    const events = n.ends('stop-web', 'not-begun');

    expect(typesOf(events)).not.toContain('IncidentOpened');
    expect(skipped(n, 'stop-web')).toMatchObject({
      by: 'patchtide',
      reason: 'everything is being given back',
    });
    expect(n.running).toEqual(['start-web']);
  });

  it('closes the incident that silence opened before', () => {
    const n = night();
    n.silence('stop-web');
    n.operator('Abort');
    const events = n.ends('stop-web', 'not-begun');

    expect(dataOf(events, 'IncidentResolved')).toMatchObject([{ how: 'restore' }]);
  });

  it('is ordered again when it gives something back', () => {
    const n = night();
    n.operator('Abort');
    n.ends('stop-web');
    expect(n.running).toEqual(['start-web']);

    n.ends('start-web', 'not-begun');
    n.pass(MINUTE_MS);
    expect(n.job('start-web')).toMatchObject({ status: 'dispatched', attempt: 2 });
  });

  it('leaves a group out whose stop was ordered in time and never began before its last safe moment', () => {
    const n = night();
    n.until(new Date(lastSafeMs(n.execution, 'stop-web') + 1).toISOString());
    n.ends('stop-web', 'not-begun');

    expect(dataOf(n.events, 'ApplicationsLeftOut')).toHaveLength(1);
    expect(n.status('stop-web')).toBe('skipped');
  });
});

describe('a job that was ordered may still begin', () => {
  const latest = (n: Night, job: string) => latestBeginMs(n.execution, n.job(job));
  const windowEndMs = Date.parse(WINDOW_END);

  it('until its last safe moment when it stops something', () => {
    const n = night();
    expect(latest(n, 'stop-web')).toBe(lastSafeMs(n.execution, 'stop-web'));
    expect(latest(n, 'stop-web')).toBeLessThan(windowEndMs);
  });

  it('until its last safe moment when it patches a server on which nothing had to be stopped', () => {
    const n = aNight({
      landscape: landscapeOf({ servers: [{ id: 'srv-1' }], components: [component('app')] }),
    });
    expect(latest(n, 'patch-srv-1')).toBe(lastSafeMs(n.execution, 'patch-srv-1'));
    expect(latest(n, 'patch-srv-app')).toBe(windowEndMs);
  });

  it('until the end of the window when it works on a server', () => {
    const n = withMutes();
    expect(
      ['mute-srv-web', 'patch-srv-web', 'reboot-srv-web', 'verify-srv-web'].map((job) => latest(n, job)),
    ).toEqual(Array(4).fill(windowEndMs));
  });

  it('at any time when it gives something back', () => {
    const n = withMutes();
    expect([latest(n, 'start-web'), latest(n, 'unmute-srv-web')]).toEqual([Infinity, Infinity]);
  });
});
