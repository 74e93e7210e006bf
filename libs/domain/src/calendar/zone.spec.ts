import { toInstant, toMs } from '../instant';
import { inZone, instantOf, isTimeZone, wallTime } from './zone';

const at = (day: string, clock: string, zone: string): string => {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return toInstant(instantOf({ year, month, day: date, hour, minute, second: 0 }, zone));
};

describe('a time on the wall', () => {
  it.each([
    ['2026-07-01', '22:00', 'Europe/Berlin', '2026-07-01T20:00:00.000Z'],
    ['2026-11-29', '22:00', 'Europe/Berlin', '2026-11-29T21:00:00.000Z'],
    ['2026-11-29', '22:00', 'America/New_York', '2026-11-30T03:00:00.000Z'],
    ['2026-11-29', '22:00', 'Asia/Kolkata', '2026-11-29T16:30:00.000Z'],
    ['2026-11-29', '22:00', 'UTC', '2026-11-29T22:00:00.000Z'],
  ])('%s %s in %s is %s', (day, clock, zone, instant) => {
    expect(at(day, clock, zone)).toBe(instant);
  });

  it('counts on where the clocks leave an hour out (Berlin, 29 March 2026)', () => {
    expect(at('2026-03-29', '01:59', 'Europe/Berlin')).toBe('2026-03-29T00:59:00.000Z');
    expect(at('2026-03-29', '02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z');
    expect(at('2026-03-29', '03:00', 'Europe/Berlin')).toBe('2026-03-29T01:00:00.000Z');
  });

  it('is the first of two where an hour comes twice (Berlin, 25 October 2026; New York, 1 November 2026)', () => {
    expect(at('2026-10-25', '02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
    expect(at('2026-10-25', '03:00', 'Europe/Berlin')).toBe('2026-10-25T02:00:00.000Z');
    expect(at('2026-11-01', '01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
    expect(at('2026-11-01', '02:00', 'America/New_York')).toBe('2026-11-01T07:00:00.000Z');
  });

  it('is the way back from a moment, hour by hour through both change days', () => {
    for (const zone of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'UTC']) {
      for (const day of ['2026-03-08', '2026-03-29', '2026-04-05', '2026-10-25', '2026-11-01']) {
        for (let half = 0; half < 60; half++) {
          const ms = toMs(`${day}T00:00:00Z`) + half * 30 * 60_000;
          const back = instantOf(wallTime(ms, zone), zone);
          // Of an hour that comes twice only the first is found again.
          expect([0, 30 * 60_000, 60 * 60_000]).toContain(ms - back);
          expect(wallTime(back, zone)).toEqual(wallTime(ms, zone));
          expect(toMs(inZone(ms, zone))).toBe(ms);
        }
      }
    }
  });

  it('is written with the offset of its zone', () => {
    expect(inZone(toMs('2026-11-29T21:00:00Z'), 'Europe/Berlin')).toBe('2026-11-29T22:00:00+01:00');
    expect(inZone(toMs('2026-07-01T02:00:00Z'), 'America/New_York')).toBe('2026-06-30T22:00:00-04:00');
  });
});

it('knows zones of the IANA database and no others', () => {
  expect(['Europe/Berlin', 'UTC', 'America/New_York'].every(isTimeZone)).toBe(true);
  expect(['Europe/Bonn', '', 'W. Europe Standard Time'].some(isTimeZone)).toBe(false);
});
