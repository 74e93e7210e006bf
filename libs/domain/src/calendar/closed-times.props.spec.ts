import fc from 'fast-check';
import { toInstant } from '../instant';
import { closedTimes } from './closed-times';
import { instantOf } from './zone';

const DAY_MS = 86_400_000;
const ZONES = ['Europe/Berlin', 'America/New_York', 'UTC', 'Australia/Lord_Howe'] as const;
const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const EPOCH_DAY = Date.UTC(2026, 0, 1);

interface Series {
  readonly rule: string;
  /** Whether an occurrence falls on a day, counted from 1 January 2026; it begins on `first`. */
  readonly isOn: (day: number, first: number) => boolean;
}

const dateOf = (day: number): Date => new Date(EPOCH_DAY + day * DAY_MS);
const weekOf = (day: number): number => Math.floor((day + 3) / 7);

const series: fc.Arbitrary<Series> = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((interval) => ({
    rule: `FREQ=DAILY;INTERVAL=${interval}`,
    isOn: (day: number, first: number) => (day - first) % interval === 0,
  })),
  fc
    .record({
      days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      interval: fc.integer({ min: 1, max: 5 }),
    })
    .map(({ days, interval }) => ({
      rule: `FREQ=WEEKLY;INTERVAL=${interval};BYDAY=${days.map((d) => DAYS[d]).join()}`,
      isOn: (day: number, first: number) =>
        days.includes(dateOf(day).getUTCDay()) && (weekOf(day) - weekOf(first)) % interval === 0,
    })),
  fc.integer({ min: 1, max: 31 }).map((date) => ({
    rule: `FREQ=MONTHLY;BYMONTHDAY=${date}`,
    isOn: (day: number) => dateOf(day).getUTCDate() === date,
  })),
  fc.constant({
    rule: 'FREQ=MONTHLY;BYMONTHDAY=-1',
    isOn: (day: number) => dateOf(day + 1).getUTCDate() === 1,
  }),
);

const digits = (count: number, length = 2): string => String(count).padStart(length, '0');

it('finds the occurrences that a walk from day to day finds, at their hour by the clocks of the zone', () => {
  const input = fc.record({
    series,
    zone: fc.constantFrom(...ZONES),
    first: fc.integer({ min: 0, max: 300 }),
    hour: fc.integer({ min: 0, max: 23 }),
    from: fc.integer({ min: 0, max: 600 }),
    span: fc.integer({ min: 1, max: 120 }),
  });
  fc.assert(
    fc.property(input, ({ series: { rule, isOn }, zone, first, hour, from, span }) => {
      const begin = dateOf(first);
      const stamp = `${begin.getUTCFullYear()}${digits(begin.getUTCMonth() + 1)}${digits(begin.getUTCDate())}T${digits(hour)}3000`;
      const text = [
        ...['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'UID:1', `DTSTART;TZID=${zone}:${stamp}`, 'DURATION:PT1H'],
        ...[`RRULE:${rule}`, 'END:VEVENT', 'END:VCALENDAR'],
      ].join('\r\n');
      const within = { startMs: EPOCH_DAY + from * DAY_MS, endMs: EPOCH_DAY + (from + span) * DAY_MS };
      const walked = Array.from({ length: 900 }, (_, day) => day)
        // The first occurrence counts whatever the rule says.
        .filter((day) => day === first || (day > first && isOn(day, first)))
        .map((day) => ({ year: 2026, month: 1, day: 1 + day, hour, minute: 30, second: 0 }))
        .map((wall) => instantOf(wall, zone))
        .filter((ms) => ms < within.endMs && ms + 3_600_000 > within.startMs);
      const result = closedTimes(text, within, { given: null, otherwise: 'UTC' });

      expect(result.ok ? result.times.map(({ startMs }) => toInstant(startMs)) : result.faults).toEqual(
        walked.map(toInstant),
      );
    }),
    { numRuns: 150 },
  );
});

it('says what is wrong with any text, or reads it, and soon', () => {
  const word = fc.constantFrom(
    ...['BEGIN:VCALENDAR', 'END:VCALENDAR', 'BEGIN:VEVENT', 'END:VEVENT', 'BEGIN:VTIMEZONE', 'END:VTIMEZONE'],
    ...['DTSTART:20260101T000000Z', 'DTSTART;VALUE=DATE:20260101', 'DTEND:20260101T010000Z', 'DURATION:P1D'],
    ...['RRULE:FREQ=DAILY', 'RRULE:FREQ=SECONDLY', 'RRULE:FREQ=YEARLY;BYDAY=5MO', 'EXDATE:20260102T000000Z'],
    ...[
      'RECURRENCE-ID:20260102T000000Z',
      'UID:1',
      'SUMMARY:x',
      'STATUS:CANCELLED',
      'RDATE;VALUE=PERIOD:x/y',
      '',
      ':',
      ' x',
    ],
  );
  const within = { startMs: EPOCH_DAY, endMs: EPOCH_DAY + 60 * DAY_MS };
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 15 }), (lines) => {
      const text = ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n');
      const result = closedTimes(text, within, { given: null, otherwise: 'UTC' });
      if (!result.ok) expect(result.faults.length).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});
