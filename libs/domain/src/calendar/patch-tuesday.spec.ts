import type { WindowRule } from '@patchtide/contracts';
import { toMs } from '../instant';
import { nextWindows, secondTuesday } from './patch-tuesday';
import { resolveWindow } from './resolve-window';

const rule = (more: Partial<WindowRule> = {}): WindowRule => ({
  rule: 'patch-tuesday',
  plusDays: 5,
  at: '22:00',
  lasts: '4h',
  timezone: 'Europe/Berlin',
  ...more,
});
const starts = (more: Partial<WindowRule>, from: string, count: number): string[] =>
  nextWindows(rule(more), from, count).map(({ start }) => start);
const hours = ({ start, end }: { start: string; end: string }): number =>
  (toMs(end) - toMs(start)) / 3_600_000;

describe('patch Tuesday', () => {
  it('is the second Tuesday of each month, whatever day the month begins with', () => {
    const of2026 = Array.from({ length: 12 }, (_, i) => secondTuesday(2026, i + 1));
    expect(of2026).toEqual([13, 10, 10, 14, 12, 9, 14, 11, 8, 13, 10, 8]);
    for (let month = 1; month <= 240; month++) {
      const day = secondTuesday(2020, month);
      expect(new Date(Date.UTC(2020, month - 1, day)).getUTCDay()).toBe(2);
      expect(day).toBeGreaterThanOrEqual(8);
      expect(day).toBeLessThanOrEqual(14);
    }
  });

  it('gives the next windows, each so many days later', () => {
    expect(nextWindows(rule(), '2026-11-24T09:00:00Z', 2)).toEqual([
      { start: '2026-12-13T22:00:00+01:00', end: '2026-12-14T02:00:00+01:00', timezone: 'Europe/Berlin' },
      { start: '2027-01-17T22:00:00+01:00', end: '2027-01-18T02:00:00+01:00', timezone: 'Europe/Berlin' },
    ]);
  });

  it('runs on into the next month, also over the end of February and of the year', () => {
    expect(starts({ plusDays: 20 }, '2026-02-20T00:00:00Z', 1)).toEqual(['2026-03-02T22:00:00+01:00']);
    expect(starts({ plusDays: 27 }, '2026-12-20T00:00:00Z', 1)).toEqual(['2027-01-04T22:00:00+01:00']);
    expect(starts({ plusDays: 27 }, '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-05T22:00:00+01:00']);
  });

  it('gives the one that begins at this very moment, and not the one that has begun', () => {
    expect(starts({}, '2026-12-13T21:00:00Z', 1)).toEqual(['2026-12-13T22:00:00+01:00']);
    expect(starts({}, '2026-12-13T21:00:01Z', 1)).toEqual(['2027-01-17T22:00:00+01:00']);
  });

  it('opens at the same hour by the clocks and is open equally long on the days on which they change', () => {
    // Berlin changes on Sunday 29 March and 25 October 2026, New York on 8 March and 1 November.
    const spring = nextWindows(rule({ plusDays: 18, at: '22:00', lasts: '8h' }), '2026-03-20T00:00:00Z', 1);
    expect(spring).toEqual([
      { start: '2026-03-28T22:00:00+01:00', end: '2026-03-29T07:00:00+02:00', timezone: 'Europe/Berlin' },
    ]);
    const autumn = nextWindows(rule({ plusDays: 11, at: '22:00', lasts: '8h' }), '2026-10-20T00:00:00Z', 1);
    expect(autumn).toEqual([
      { start: '2026-10-24T22:00:00+02:00', end: '2026-10-25T05:00:00+01:00', timezone: 'Europe/Berlin' },
    ]);
    const newYork = { plusDays: 18, at: '22:00', lasts: '8h', timezone: 'America/New_York' };
    const november = nextWindows(rule(newYork), '2026-10-25T00:00:00Z', 1);
    expect(november).toEqual([
      { start: '2026-10-31T22:00:00-04:00', end: '2026-11-01T05:00:00-05:00', timezone: 'America/New_York' },
    ]);
    expect([...spring, ...autumn, ...november].map(hours)).toEqual([8, 8, 8]);
  });

  it('opens an hour later where the clocks leave that hour out', () => {
    expect(starts({ plusDays: 19, at: '02:30' }, '2026-03-20T00:00:00Z', 1)).toEqual([
      '2026-03-29T03:30:00+02:00',
    ]);
  });

  it('gives windows in order and without end, from any moment on', () => {
    for (const plusDays of [0, 5, 17, 27]) {
      const list = starts({ plusDays }, '2026-01-31T23:30:00Z', 30).map(toMs);
      expect(list).toEqual([...list].sort((a, b) => a - b));
      expect(
        new Set(list.map((ms) => new Date(ms - plusDays * 86_400_000).toISOString().slice(0, 7))).size,
      ).toBe(30);
    }
  });
});

describe('a window rule in a change file', () => {
  it('becomes the next window', () => {
    const resolved = resolveWindow(rule(), '2026-11-24T09:00:00Z');
    expect(resolved).toMatchObject({ ok: true, window: { start: '2026-12-13T22:00:00+01:00' } });
  });

  it('is refused with what to write instead', () => {
    const refused = resolveWindow(rule({ timezone: 'Europe/Bonn', lasts: '0h' }), '2026-11-24T09:00:00Z');
    expect(refused.ok ? [] : refused.faults.map(({ path }) => path)).toEqual(['/timezone', '/lasts']);
  });
});
