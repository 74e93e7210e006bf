import { durationMs, parseDuration } from './duration';

it('reads durations with one or several units', () => {
  expect([parseDuration('250ms'), parseDuration('90s'), parseDuration('1h30m')]).toEqual([
    250, 90_000, 5_400_000,
  ]);
});

it('refuses what is no duration', () => {
  expect(['', '10', '5 m', '-1s', '1d', 'ms'].map(parseDuration)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

it('falls back where a duration is absent', () => {
  expect(durationMs(undefined, 42)).toBe(42);
});
