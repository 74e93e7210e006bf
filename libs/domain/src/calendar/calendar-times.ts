// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ical.js has types for ES modules only
/// <reference path="./ical-js.d.ts" />
import ICAL from 'ical.js';
import { instantOf, isTimeZone, type WallTime } from './zone';

/** A time as a calendar gives it: what clocks show, and where; `zone` null: wherever the reader is. */
export interface CalendarTime {
  readonly wall: WallTime;
  /** A whole day; the wall shows midnight. */
  readonly isDate: boolean;
  readonly zone: string | null;
}

/** How long an event lasts: whole days by the calendar, the rest by a stopwatch. */
export interface Length {
  readonly days: number;
  readonly ms: number;
}

export const DAY_MS = 24 * 60 * 60_000;

/** The times in all properties of a name. @throws Error where one of them is something else, such as a period */
export function timesIn(component: ICAL.Component, name: string): CalendarTime[] {
  return component.getAllProperties(name).flatMap((property) => {
    const tzid = property.getParameter('tzid');
    return property.getValues().map((value) => calendarTime(value, typeof tzid === 'string' ? tzid : null));
  });
}

/** @throws Error where the value is no time */
export function calendarTime(value: unknown, tzid: string | null): CalendarTime {
  if (!(value instanceof ICAL.Time)) throw new Error('a time is not written as a date or a moment');
  const isUtc = value.zone === ICAL.Timezone.utcTimezone;
  const zone = isUtc ? 'UTC' : tzid;
  return { wall: wallOf(value), isDate: value.isDate, zone: value.isDate ? null : zone };
}

export function wallOf({ year, month, day, hour, minute, second, isDate }: ICAL.Time): WallTime {
  return isDate
    ? { year, month, day, hour: 0, minute: 0, second: 0 }
    : { year, month, day, hour, minute, second };
}

/** The time without its zone, which the library would compare by. */
export function floating({ wall, isDate }: Pick<CalendarTime, 'wall' | 'isDate'>): ICAL.Time {
  return new ICAL.Time({ ...wall, isDate });
}

/** Puts the times of one calendar where they belong on the one line of time. */
export class CalendarClock {
  constructor(
    /** Zones that the calendar defines itself, by their names there. */
    private readonly zones: ReadonlyMap<string, ICAL.Timezone>,
    /** Of whole days and of times without a zone. */
    private readonly timezone: string,
  ) {}

  msOf({ wall, isDate, zone }: CalendarTime): number {
    const own = zone === null ? undefined : this.zones.get(zone);
    if (own) return new ICAL.Time({ ...wall, isDate }, own).toUnixTime() * 1000;
    return instantOf(wall, zone !== null && isTimeZone(zone) ? zone : this.timezone);
  }

  /** When an event that begins at this time has ended. */
  endOf(start: CalendarTime, { days, ms }: Length): number {
    return this.msOf({ ...start, wall: { ...start.wall, day: start.wall.day + days } }) + ms;
  }

  /** How long an event lasts; no time at all where it says neither its end nor its duration, but for a whole day. */
  lengthOf(component: ICAL.Component, start: CalendarTime): Length {
    const [end] = timesIn(component, 'dtend');
    if (end) {
      const ms = this.msOf(end) - this.msOf(start);
      return start.isDate ? { days: Math.round(ms / DAY_MS), ms: 0 } : { days: 0, ms };
    }
    const duration = component.getFirstPropertyValue('duration');
    if (!(duration instanceof ICAL.Duration)) return { days: start.isDate ? 1 : 0, ms: 0 };
    const { weeks, days, hours, minutes, seconds, isNegative } = duration;
    if (isNegative) return { days: 0, ms: 0 };
    return { days: weeks * 7 + days, ms: ((hours * 60 + minutes) * 60 + seconds) * 1000 };
  }
}
