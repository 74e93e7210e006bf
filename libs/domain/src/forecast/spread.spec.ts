import { component, landscapeOf } from '../testing/landscapes';
import { planOf, WINDOW_START } from '../testing/plans';
import { DrawnDurations, normalQuantile } from './drawn-durations';
import { runsFor } from './spread';

const MINUTE_MS = 60_000;
const patch = (id: string, p90Ms = 15 * MINUTE_MS) => ({
  id,
  estimateMs: 10 * MINUTE_MS,
  estimateFrom: { from: 'ci' as const, samples: 9, p90Ms },
});

/** Durations of one job in many nights, the shortest first. */
function nightsOf(job: ReturnType<typeof patch>, seed = 'a', nights = 4000): number[] {
  const drawn = new DrawnDurations([job], seed);
  return Array.from({ length: nights }, (_, night) => drawn.of(night)[0] ?? 0).sort((a, b) => a - b);
}

it('draws durations that lie half below the half and nine of ten below the ninth tenth', () => {
  const nights = nightsOf(patch('patch-s1'));

  expect((nights[2000] ?? 0) / MINUTE_MS).toBeCloseTo(10, 0);
  expect((nights[3600] ?? 0) / MINUTE_MS).toBeCloseTo(15, 0);
  expect(nights[0]).toBeGreaterThan(2 * MINUTE_MS);
});

it('draws no other durations where all attempts took the same', () => {
  expect(new Set(nightsOf(patch('patch-s1', 10 * MINUTE_MS)))).toEqual(new Set([10 * MINUTE_MS]));
});

it('gives a job the same luck whatever else is planned, and other luck to another job or seed', () => {
  const [one, other] = [patch('patch-s1'), patch('patch-s2')];
  const alone = [...new DrawnDurations([one], 'a').of(3)];
  const beside = [...new DrawnDurations([other, one], 'a').of(3)];

  expect(beside[1]).toBe(alone[0]);
  expect(beside[0]).not.toBe(alone[0]);
  expect([...new DrawnDurations([one], 'b').of(3)]).not.toEqual(alone);
});

it('knows the quantiles of the normal distribution', () => {
  expect(normalQuantile(0.5)).toBeCloseTo(0, 9);
  expect(normalQuantile(0.9)).toBeCloseTo(1.2815515655, 7);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.0902323062, 6);
});

it('simulates 500 nights of a plan of 200 servers, fewer of large ones, and five at least', () => {
  expect([0, 2_000, 3_000].map((jobs) => runsFor(jobs))).toEqual([500, 500, 500]);
  expect(runsFor(12_000)).toBeLessThan(100);
  expect(runsFor(1_000_000)).toBe(5);
  expect(runsFor(10, 20)).toBe(20);
});

it('tells how likely it is to end inside the window', () => {
  const inWindow = (minutes: number): number => {
    const end = new Date(Date.parse(WINDOW_START) + minutes * MINUTE_MS).toISOString();
    const window = { start: WINDOW_START, end, timezone: 'Europe/Berlin' };
    return planOf({
      landscape: landscapeOf({ components: [component('app')] }),
      nights: 500,
      change: { window },
    }).forecast.spread.inWindow;
  };

  const chances = [5, 16, 18, 22, 60].map(inWindow);
  expect(chances).toEqual([...chances].sort((a, b) => a - b));
  expect([chances[0], chances.at(-1)]).toEqual([0, 1]);
  expect(chances[2]).toBeGreaterThan(0.4);
  expect(chances[2]).toBeLessThan(0.8);
});
