import type { Window, WindowRule } from '@patchtide/contracts';
import { durationMs } from '../duration';
import { toMs } from '../instant';
import { inZone, instantOf, wallTime } from './zone';

const DAY_MS = 24 * 60 * 60_000;
const TUESDAY = 2;

/**
 * The next `count` windows of a rule that begin at `from` or later: so many days after the second Tuesday of each month, at
 * that time by the clocks of the zone, for that long by a stopwatch. A change of the clocks moves neither the hour at which a
 * window begins nor its length. @throws RangeError where there is no such zone
 */
export function nextWindows(rule: WindowRule, from: string, count: number): Window[] {
  const fromMs = toMs(from);
  // A window of the month before may still lie ahead, and with it one of the month before that.
  const { year, month } = wallTime(fromMs - (rule.plusDays + 1) * DAY_MS, rule.timezone);
  const windows: Window[] = [];
  for (let ahead = -1; windows.length < count; ahead++) {
    const window = windowOf(rule, year, month + ahead);
    if (toMs(window.start) >= fromMs) windows.push(window);
  }
  return windows;
}

/** The window that belongs to the second Tuesday of a month; months beyond 1 to 12 are those of other years. */
function windowOf({ plusDays, at, lasts, timezone }: WindowRule, year: number, month: number): Window {
  const [hour = 0, minute = 0] = at.split(':').map(Number);
  const day = secondTuesday(year, month) + plusDays;
  const startMs = instantOf({ year, month, day, hour, minute, second: 0 }, timezone);
  return {
    start: inZone(startMs, timezone),
    end: inZone(startMs + durationMs(lasts, 0), timezone),
    timezone,
  };
}

/** Day of the month, 8 to 14. */
export function secondTuesday(year: number, month: number): number {
  const firstWeekday = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return 8 + ((TUESDAY - firstWeekday + 7) % 7);
}
