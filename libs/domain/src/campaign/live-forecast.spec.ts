import { toInstant, toMs } from '../instant';
import { component, landscapeOf } from '../testing/landscapes';
import { aNight, MINUTE_MS } from '../testing/night';
import { WINDOW_END, WINDOW_START } from '../testing/plans';
import { liveForecast } from './live-forecast';

const minutes = { STOP: '1m', PATCH: '10m', REBOOT: '5m', VERIFY: '1m', START: '2m' } as const;
const lone = (limits = {}) =>
  aNight({
    landscape: landscapeOf({ components: [component('app')] }),
    policy: { durations: minutes, limits, reactions: [{ on: 'failed', retry: 1, delay: '7m' }] },
  });
const afterMinutes = (count: number) => toInstant(toMs(WINDOW_START) + count * MINUTE_MS);

it('agrees with the plan at the start', () => {
  const n = lone();

  expect(liveForecast(n.execution, n.at)).toEqual({
    end: n.plan.forecast.end,
    windowEnd: WINDOW_END,
    slackMs: n.plan.forecast.slackMs,
    fits: true,
    decidedBy: 'stop-app',
  });
});

it('moves with a job that takes longer than expected, and back with one that ends early', () => {
  const n = lone();
  n.pass(3 * MINUTE_MS);
  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(21));

  n.ends('stop-app');
  n.pass(MINUTE_MS);
  n.ends('patch-srv-app');
  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(12));
});

it('counts the wait before a retry', () => {
  const n = lone();
  n.ends('stop-app', 'failed');

  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(26));
});

it('is never earlier than the work that is left divided by the jobs that may run', () => {
  const n = aNight({
    landscape: landscapeOf({ servers: ['s1', 's2', 's3'].map((id) => ({ id })) }),
    policy: { durations: minutes, limits: { campaign: 1 } },
  });

  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(48));
});

it('says that the rest does not fit the window any more', () => {
  const n = lone();
  n.succeedAll('reboot-srv-app');
  n.until(toInstant(toMs(WINDOW_END) - MINUTE_MS));

  expect(liveForecast(n.execution, n.at)).toMatchObject({ fits: false, decidedBy: 'reboot-srv-app' });
});

it('ends now when nothing is left', () => {
  const n = lone();
  n.succeedAll();

  expect(liveForecast(n.execution, n.at)).toMatchObject({ end: n.at, decidedBy: null });
});
