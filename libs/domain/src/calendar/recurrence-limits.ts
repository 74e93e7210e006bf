import type { CalendarFault } from './calendar-events';

/** The part of a recurrence rule that decides whether it can be worked out at all. */
export interface Recurrence {
  readonly freq: string;
  readonly interval: number;
  readonly parts: Readonly<Record<string, readonly (string | number)[]>>;
}

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MAX_INTERVAL = 1_000;
const BY_DAYS = 'Write it with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.';

/**
 * Why a recurrence is refused; null when it is not. Refused is what nobody freezes a business with (every second), and
 * what would be searched for without end because no day fulfils it: an iCalendar text comes from outside.
 */
export function ruleFault({ freq, interval, parts }: Recurrence): CalendarFault | null {
  if (!['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].includes(freq))
    return { message: 'a time in which nothing may start comes back by days or more', remedy: BY_DAYS };
  if (interval > MAX_INTERVAL)
    return { message: `it skips more than ${MAX_INTERVAL} times`, remedy: 'Use a smaller INTERVAL.' };
  if (!hasDay(parts)) {
    return { message: 'there is no such day', remedy: 'Correct BYMONTH and BYMONTHDAY.' };
  }
  return freq === 'DAILY' ? dailyFault(interval, parts) : null;
}

/** Days are gone through one by one until one fits, so that one must. */
function dailyFault(interval: number, parts: Recurrence['parts']): CalendarFault | null {
  const days = parts['BYDAY'] ?? [];
  const isNarrowed = ['BYDAY', 'BYMONTH', 'BYMONTHDAY', 'BYWEEKNO', 'BYYEARDAY'].some(
    (part) => part in parts,
  );
  const isOdd =
    'BYWEEKNO' in parts ||
    days.some((day) => !/^[A-Z]{2}$/.test(String(day))) ||
    (parts['BYMONTHDAY'] ?? []).some((day) => Number(day) < 1);
  if (!isOdd && (!isNarrowed || interval === 1)) return null;
  return {
    message: 'every so many days and only on certain days may never come true',
    remedy: 'Write it with FREQ=WEEKLY, MONTHLY or YEARLY.',
  };
}

/** Whether one of the months has one of the days. */
function hasDay(parts: Recurrence['parts']): boolean {
  const days = parts['BYMONTHDAY'];
  if (!days) return true;
  const months = parts['BYMONTH'] ?? [1];
  return months.some((month) =>
    days.some(
      (day) => Number(day) !== 0 && Math.abs(Number(day)) <= (LONGEST_MONTH[Number(month) - 1] ?? 31),
    ),
  );
}
