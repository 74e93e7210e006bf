import { toInstant, toMs } from '../instant';
import { dataOf } from '../testing/given';
import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { aNight, MINUTE_MS } from '../testing/night';
import { WINDOW_END, WINDOW_START } from '../testing/plans';
import { liveApplications } from './live-applications';
import { liveForecast } from './live-forecast';
import { rehearseRest } from './rest';

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
    slipMs: 0,
    cause: null,
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

it('rehearses the rest within the limits, as it will be dispatched', () => {
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

it('waits for the soak of a wave that is over, and for the waves that follow', () => {
  const n = aNight({
    landscape: landscapeOf({ servers: ['s1', 's2', 's3'].map((id) => ({ id })) }),
    policy: { durations: minutes, waves: [{ name: 'canary', share: '1%', soak: '30m' }, { name: 'rest' }] },
  });
  expect(liveForecast(n.execution, n.at).end).toBe(n.plan.forecast.end);

  n.pass(10 * MINUTE_MS);
  n.succeedAll();
  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(10 + 30 + 16));

  n.pass(29 * MINUTE_MS);
  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(10 + 30 + 16));

  n.pass(2 * MINUTE_MS);
  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(41 + 16));
});

it('counts what runs against the limits before what waits', () => {
  const n = aNight({
    landscape: landscapeOf({ servers: ['s1', 's2'].map((id) => ({ id })) }),
    policy: { durations: minutes, limits: { campaign: 1 } },
  });
  n.pass(9 * MINUTE_MS);

  expect(liveForecast(n.execution, n.at).end).toBe(afterMinutes(32));
});

describe('the cause of a slip', () => {
  const causeOf = (n: ReturnType<typeof aNight>) => liveForecast(n.execution, n.at).cause;

  it('is nothing below a minute', () => {
    const n = lone();
    n.pass(MINUTE_MS + 59_000);

    expect(causeOf(n)).toBeNull();
  });

  it('names the job that takes longer, whether it is critical, and the slack that is left', () => {
    const n = lone();
    n.succeedAll('patch-srv-app');
    n.pass(28 * MINUTE_MS);

    expect(causeOf(n)).toBe('PATCH_OS_srv-app +18 min, critical as planned, slack 3 h 24 min');
  });

  it('remembers what took longer after it has ended', () => {
    const n = lone();
    n.succeedAll('patch-srv-app');
    n.pass(28 * MINUTE_MS);
    n.ends('patch-srv-app');
    n.pass(MINUTE_MS);

    expect(causeOf(n)).toBe('PATCH_OS_srv-app +18 min, critical as planned, slack 3 h 24 min');
  });

  it('says that a job has become critical that was not planned to be', () => {
    const n = aNight({
      landscape: landscapeOf({ servers: [{ id: 's1' }], components: [component('app')] }),
      policy: { durations: minutes },
    });
    n.succeedAll('patch-s1', 'patch-srv-app');
    n.pass(10 * MINUTE_MS);
    n.ends('patch-srv-app');
    n.pass(20 * MINUTE_MS);
    n.succeedAll('patch-s1');

    expect(causeOf(n)).toBe('PATCH_OS_s1 +20 min, now critical, slack 3 h 24 min');
  });

  it('says so where no job took longer but all of it began later', () => {
    const n = lone();
    n.operator('Pause');
    n.ends('stop-app');
    n.pass(10 * MINUTE_MS);

    expect(causeOf(n)).toBe(
      'no job took longer by a minute, jobs began later than planned, slack 3 h 32 min',
    );
  });

  it('says since when a failed job waits, and how far the end is over the window', () => {
    const n = lone();
    n.succeedAll('reboot-srv-app');
    n.ends('reboot-srv-app', 'unknown');
    n.until(toInstant(toMs(WINDOW_END) - MINUTE_MS));

    expect(causeOf(n)).toBe(
      'REBOOT_SERVER_srv-app unknown 3 h 59 min ago, critical as planned, 7 min over the window',
    );
  });
});

describe('the last safe moments of a campaign under way', () => {
  const applicationsOf = (n: ReturnType<typeof aNight>) =>
    liveApplications(n.execution, rehearseRest(n.execution, n.at));
  const two = () =>
    aNight({
      landscape: landscapeOf({ components: [component('app'), component('shop', { application: 'shop' })] }),
      policy: { durations: minutes, limits: { campaign: 1 } },
    });

  it('are those of the plan, or earlier where others keep an application down for longer', () => {
    const n = two();
    const waiting = applicationsOf(n).find(({ isBegun }) => !isBegun);
    const planned = n.plan.forecast.applications.find(
      ({ application }) => application === waiting?.application,
    );

    expect(toMs(waiting?.lastSafeMoment ?? '')).toBeLessThanOrEqual(toMs(planned?.lastSafeMoment ?? ''));
  });

  it('are told of applications that are not stopped yet; of the others, when they are back', () => {
    const n = two();
    n.pass(MINUTE_MS);
    const [begun, waiting] = [...applicationsOf(n)].sort((a, b) => Number(b.isBegun) - Number(a.isBegun));

    expect(begun).toMatchObject({ isBegun: true, lastSafeMoment: null, upAt: afterMinutes(19) });
    expect(waiting).toMatchObject({ isBegun: false, upAt: afterMinutes(38) });
    expect(waiting?.slackMs).toBe(toMs(WINDOW_END) - toMs(afterMinutes(38)));
  });

  it('move with what the application waits for: a late predecessor brings them forward', () => {
    const n = aNight({ landscape: threeTiers(), policy: { durations: minutes } });
    const before = applicationsOf(n);
    n.pass(5 * MINUTE_MS);
    const after = applicationsOf(n);

    expect(before.map(({ application }) => application)).toEqual(after.map(({ application }) => application));
    expect(after[0]?.slackMs).toBeLessThan(before[0]?.slackMs ?? 0);
  });
});

describe('a forecast that is told', () => {
  const told = (n: ReturnType<typeof aNight>) => n.send({ type: 'Reforecast', at: n.at });

  it('is news when the end has moved by five minutes, with the cause, and not again until it moves further', () => {
    const n = lone();
    n.succeedAll('patch-srv-app');
    n.pass(14 * MINUTE_MS);
    expect(told(n)).toEqual([]);

    n.pass(2 * MINUTE_MS);
    expect(dataOf(told(n), 'ForecastChanged')).toEqual([
      {
        ...{
          end: afterMinutes(24),
          endBefore: n.plan.forecast.end,
          fits: true,
          decidedBy: 'patch-srv-app',
          at: n.at,
        },
        slackMs: (4 * 60 - 24) * MINUTE_MS,
        cause: 'PATCH_OS_srv-app +6 min, critical as planned, slack 3 h 36 min',
      },
    ]);
    n.pass(MINUTE_MS);
    expect(told(n)).toEqual([]);
  });

  it('is news when it does not fit any more, but never twice within half a minute', () => {
    const n = lone();
    n.succeedAll('reboot-srv-app');
    n.until(toInstant(toMs(WINDOW_END) - 8 * MINUTE_MS));
    expect(dataOf(told(n), 'ForecastChanged')).toMatchObject([{ fits: true }]);

    n.pass(6 * MINUTE_MS);
    expect(dataOf(told(n), 'ForecastChanged')).toMatchObject([{ fits: false }]);
    n.pass(20_000);
    n.ends('reboot-srv-app');
    expect(told(n)).toEqual([]);
  });

  it('is nobody’s business before the start and after the end', () => {
    const n = lone();
    n.succeedAll();

    expect(told(n)).toEqual([]);
  });
});
