import { component, landscapeOf, threeTiers } from '../testing/landscapes';
import { jobOf, planOf, WINDOW_END, WINDOW_START } from '../testing/plans';

const MINUTE_MS = 60_000;
const minutes = { STOP: '1m', PATCH: '10m', REBOOT: '5m', VERIFY: '1m', START: '2m' } as const;
const ms = (instant: string) => Date.parse(instant);

it('says that a plan does not fit its window, and by how much', () => {
  const window = { start: WINDOW_START, end: '2026-11-29T21:10:00.000Z', timezone: 'Europe/Berlin' };
  const { forecast } = planOf({
    landscape: threeTiers(),
    policy: { durations: minutes },
    change: { window },
  });

  expect(forecast.fits).toBe(false);
  expect(forecast.slackMs).toBe(10 * MINUTE_MS - forecast.durationMs);
});

it('begins when the window opens, or now when it is open already', () => {
  const startAt = (at: string) => planOf({ landscape: threeTiers(), at }).forecast.start;

  expect(startAt('2026-11-24T09:00:00Z')).toBe(WINDOW_START);
  expect(startAt('2026-11-29T22:30:00+00:00')).toBe('2026-11-29T22:30:00.000Z');
});

it('takes as long as its critical path when nothing limits it, and names that path', () => {
  const { forecast } = planOf({ landscape: threeTiers(), policy: { durations: minutes } });

  expect(forecast.criticalPath).toEqual([
    ...['stop-web', 'stop-app', 'stop-db', 'patch-srv-db', 'reboot-srv-db', 'verify-srv-db'],
    ...['start-db', 'start-app', 'start-web'],
  ]);
  expect(forecast.criticalPathMs).toBe(25 * MINUTE_MS);
  expect(forecast.durationMs).toBe(forecast.criticalPathMs);
});

it('is never shorter than the work divided by the workers', () => {
  const landscape = landscapeOf({ servers: ['s1', 's2', 's3', 's4'].map((id) => ({ id })) });
  const { forecast } = planOf({ landscape, policy: { durations: minutes, limits: { campaign: 2 } } });

  expect(forecast.criticalPathMs).toBe(16 * MINUTE_MS);
  expect(forecast.lowerBoundMs).toBe(32 * MINUTE_MS);
  expect(forecast.durationMs).toBeGreaterThanOrEqual(forecast.lowerBoundMs);
});

it('runs the job with the longest remaining path first when not all can run', () => {
  const landscape = threeTiers({ servers: [{ id: 'alone' }] });
  const plan = planOf({ landscape, policy: { durations: minutes, limits: { campaign: 1 } } });

  expect(jobOf(plan, 'stop-web').estimatedStart).toBe(WINDOW_START);
  expect(ms(jobOf(plan, 'patch-alone').estimatedStart)).toBeGreaterThan(ms(WINDOW_START));
});

it('tells for each application when it is down and the last safe moment to stop it', () => {
  const landscape = landscapeOf({
    components: [component('app'), component('shop', { application: 'shop' })],
  });
  const plan = planOf({ landscape, policy: { durations: minutes } });

  expect(plan.forecast.applications.map((a) => a.application)).toEqual(['crm', 'shop']);
  expect(plan.forecast.applications[0]).toEqual({
    application: 'crm',
    downFrom: WINDOW_START,
    upAt: jobOf(plan, 'start-app').estimatedEnd,
    downtimeMs: 19 * MINUTE_MS,
    lastSafeMoment: new Date(ms(WINDOW_END) - 19 * MINUTE_MS).toISOString(),
    slackMs: (4 * 60 - 19) * MINUTE_MS,
  });
});

it('forecasts an empty plan as done at its start', () => {
  const plan = planOf({ landscape: landscapeOf({ servers: [{ id: 's1', os: 'aix-7' }] }) });

  expect(plan.forecast).toMatchObject({ durationMs: 0, fits: true, criticalPath: [], applications: [] });
});
