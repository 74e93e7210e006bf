// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ical.js has types for ES modules only
/// <reference path="./ical-js.d.ts" />
import type { Component, Recur } from 'ical.js';
import {
  type CalendarEvent,
  type CalendarFault,
  type EventCalendar,
  readable,
  readCalendar,
  rulesOf,
} from './calendar-events';
import {
  CalendarClock,
  calendarTime,
  type CalendarTime,
  DAY_MS,
  floating,
  type Length,
  timesIn,
  wallOf,
} from './calendar-times';
import { type Interval, overlaps } from './intervals';

/** A stretch of time with what the calendar calls it; empty where it has no words. */
export type ClosedTime = Interval & { readonly title: string };

export type ClosedTimes =
  | { readonly ok: true; readonly times: readonly ClosedTime[] }
  | { readonly ok: false; readonly faults: readonly CalendarFault[] };

/** Steps through recurrences, of all events together: a daily event takes 50,000 in 137 years. */
const MAX_STEPS = 50_000;
const MAX_TIMES = 1_000;

/**
 * The events of an iCalendar text that overlap an interval, in their order. `zones`: of times without one and of whole days,
 * unless the calendar itself says. Faults name the event: what cannot be read, or would take for ever, is never left out in
 * silence.
 */
export function closedTimes(
  text: string,
  within: Interval,
  zones: { readonly given: string | null; readonly otherwise: string },
): ClosedTimes {
  const read = readCalendar(text);
  if (!read.ok) return read;
  const { calendar } = read;
  const expansion = new Expansion(calendar, within, zones.given ?? calendar.timezone ?? zones.otherwise);
  for (const event of calendar.events) {
    const fault = expansion.add(event);
    if (fault) return { ok: false, faults: [fault] };
  }
  return { ok: true, times: expansion.found.sort(inOrder) };
}

class Expansion {
  readonly found: ClosedTime[] = [];
  private steps = 0;
  private readonly clock: CalendarClock;
  /** Occurrences that take place at another time or not at all, and are events of their own. */
  private readonly moved: ReadonlySet<string>;

  constructor(
    calendar: EventCalendar,
    private readonly within: Interval,
    timezone: string,
  ) {
    this.clock = new CalendarClock(calendar.zones, timezone);
    const moved = calendar.events.filter(({ isMoved }) => isMoved);
    this.moved = new Set(
      moved.flatMap(({ uid, component }) =>
        this.momentsOf(component, 'recurrence-id').map((ms) => `${uid} ${ms}`),
      ),
    );
  }

  /** Adds the occurrences of an event that overlap the interval. */
  add(event: CalendarEvent): CalendarFault | null {
    if (event.isCancelled) return null;
    const { within, found } = this;
    try {
      for (const { startMs, endMs } of this.occurrences(event)) {
        const isElsewhere = !event.isMoved && this.moved.has(`${event.uid} ${startMs}`);
        if (overlaps({ startMs, endMs }, within) && !isElsewhere)
          found.push({ startMs, endMs, title: event.title });
      }
      return this.steps > MAX_STEPS || found.length > MAX_TIMES ? tooMany(event) : null;
    } catch (error) {
      return {
        message: `${event.name} cannot be worked out: ${readable(error)}`,
        remedy: 'Correct the event in the calendar, or take it out.',
      };
    }
  }

  /** Occurrences of an event, those by rules only near the interval, until there are too many steps. */
  private *occurrences({ component, isMoved }: CalendarEvent): Iterable<Interval> {
    const [start] = timesIn(component, 'dtstart');
    if (!start) return;
    const lasts = this.clock.lengthOf(component, start);
    if (lasts.days <= 0 && lasts.ms <= 0) return;
    const excluded = new Set(timesIn(component, 'exdate').map((time) => this.nameOf(time)));
    const seen = new Set<number>();
    const starts = isMoved ? [start] : this.starts(component, start, lasts);
    for (const time of starts) {
      const startMs = this.clock.msOf(time);
      const isExcluded = excluded.has(String(startMs)) || excluded.has(dayOf(time));
      if (isExcluded || seen.has(startMs)) continue;
      seen.add(startMs);
      yield { startMs, endMs: this.clock.endOf(time, lasts) };
    }
  }

  /** The beginnings of an event: its own, those at dates that it names, and those by its rules. */
  private *starts(component: Component, start: CalendarTime, lasts: Length): Iterable<CalendarTime> {
    yield start;
    yield* timesIn(component, 'rdate');
    const nearMs = this.within.startMs - lasts.days * DAY_MS - lasts.ms - 2 * DAY_MS;
    for (const rule of rulesOf(component)) {
      const lastMs = Math.min(this.untilMs(rule, start), this.within.endMs);
      const iterator = upTo(rule, lastMs).iterator(floating(start));
      for (let next = iterator.next(); next && this.steps <= MAX_STEPS; next = iterator.next()) {
        this.steps += 1;
        const time = { ...start, wall: wallOf(next) };
        if (roughMs(time) >= nearMs && this.clock.msOf(time) <= lastMs) yield time;
      }
    }
  }

  /** The last moment at which an occurrence may begin; one that is given as a day holds until that day is over. */
  private untilMs({ until }: Recur, start: CalendarTime): number {
    if (!until) return Infinity;
    const time = calendarTime(until, start.zone);
    return until.isDate && !start.isDate
      ? this.clock.endOf(time, { days: 1, ms: -1 })
      : this.clock.msOf(time);
  }

  /** What an exclusion says: a moment, or a whole day. */
  private nameOf(time: CalendarTime): string {
    return time.isDate ? dayOf(time) : String(this.clock.msOf(time));
  }

  private momentsOf(component: Component, property: string): number[] {
    return timesIn(component, property).map((time) => this.clock.msOf(time));
  }
}

/** The rule with an end by the clock on the wall, in no zone and therefore a little later: only so is it never endless. */
function upTo(rule: Recur, lastMs: number): Recur {
  const bounded = rule.clone();
  const day = new Date(lastMs + 2 * DAY_MS);
  const wall = {
    year: day.getUTCFullYear(),
    month: day.getUTCMonth() + 1,
    day: day.getUTCDate(),
    hour: 0,
    minute: 0,
    second: 0,
  };
  bounded.until = floating({ wall, isDate: false });
  return bounded;
}

function roughMs({ wall }: CalendarTime): number {
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
}

function dayOf({ wall: { year, month, day } }: CalendarTime): string {
  return `${year}-${month}-${day}`;
}

function inOrder(a: ClosedTime, b: ClosedTime): number {
  return a.startMs - b.startMs || a.endMs - b.endMs || (a.title < b.title ? -1 : 1);
}

function tooMany({ name, component }: CalendarEvent): CalendarFault {
  const by = rulesOf(component).map((rule) => ` by ${rule.toString()}`);
  return {
    message: `${name} comes back too often to be worked out${by.join(' and')}`,
    remedy: 'Give the event a later beginning, an end, or a rule that comes back less often.',
  };
}
