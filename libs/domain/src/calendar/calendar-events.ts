// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- ical.js has types for ES modules only
/// <reference path="./ical-js.d.ts" />
import ICAL from 'ical.js';
import { isTimeZone } from './zone';
import { ruleFault } from './recurrence-limits';

/** One VEVENT that keeps something closed, in the words of the library. */
export interface CalendarEvent {
  /** What people call it, for freezes and faults. */
  readonly title: string;
  /** The title as faults show it. */
  readonly name: string;
  readonly uid: string;
  readonly component: ICAL.Component;
  /** Set where this is one occurrence of another event, moved or cancelled. */
  readonly isMoved: boolean;
  readonly isCancelled: boolean;
}

export interface EventCalendar {
  readonly events: readonly CalendarEvent[];
  /** Zones that the calendar defines itself, by their names there. */
  readonly zones: ReadonlyMap<string, ICAL.Timezone>;
  /** The calendar's own word for the zone of its times without one. */
  readonly timezone: string | null;
}

/** What is wrong with a calendar, without a place. */
export interface CalendarFault {
  readonly message: string;
  readonly remedy: string;
}

export type ReadCalendar =
  | { readonly ok: true; readonly calendar: EventCalendar }
  | { readonly ok: false; readonly faults: readonly CalendarFault[] };

const MAX_EVENTS = 5_000;
const MAX_FAULTS = 20;

/** Reads an iCalendar text (RFC 5545) with all that makes it a calendar of closed times; nothing is worked out yet. */
export function readCalendar(text: string): ReadCalendar {
  const roots = calendarsIn(text);
  if (typeof roots === 'string') return refused(`the calendar cannot be read: ${roots}`);
  const components = roots.flatMap((root) => root.getAllSubcomponents('vevent'));
  if (components.length === 0) return refused('the calendar has no events');
  if (components.length > MAX_EVENTS) {
    return refused(`the calendar has ${components.length} events; at most ${MAX_EVENTS} are read`);
  }
  const zones = zonesOf(roots);
  const events = components.map(eventOf);
  const faults = [...zones.faults, ...events.flatMap((event) => eventFaults(event, zones.known))];
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, MAX_FAULTS) };
  const named = roots
    .map((root) => root.getFirstPropertyValue('x-wr-timezone'))
    .find((name) => typeof name === 'string');
  const timezone = typeof named === 'string' && isTimeZone(named) ? named : null;
  return { ok: true, calendar: { events, zones: zones.known, timezone } };
}

/** The calendars of a text; in words why there are none. */
function calendarsIn(text: string): ICAL.Component[] | string {
  try {
    const parsed = ICAL.parse(text);
    // One calendar is given as it is, several as a list of them.
    const list = Array.isArray(parsed) && Array.isArray(parsed[0]) ? (parsed as unknown[]) : [parsed];
    const roots = list.map((jCal) => new ICAL.Component(jCal)).filter((root) => root.name === 'vcalendar');
    return roots.length > 0 ? roots : 'it does not begin with BEGIN:VCALENDAR';
  } catch (error) {
    return readable(error);
  }
}

function eventOf(component: ICAL.Component): CalendarEvent {
  const value = (name: string): unknown => component.getFirstPropertyValue(name);
  const title = titleOf(value('summary'));
  return {
    title,
    name: title === '' ? 'an event without a title' : `"${title}"`,
    uid: textOf(value('uid')),
    component,
    isMoved: component.hasProperty('recurrence-id'),
    isCancelled: value('status') === 'CANCELLED',
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What a calendar says may come from anywhere: short, on one line, and nothing in it that moves a cursor. */
function titleOf(summary: unknown): string {
  return textOf(summary)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 100);
}

function zonesOf(roots: readonly ICAL.Component[]) {
  const known = new Map<string, ICAL.Timezone>();
  const faults: CalendarFault[] = [];
  for (const component of roots.flatMap((root) => root.getAllSubcomponents('vtimezone'))) {
    const tzid = textOf(component.getFirstPropertyValue('tzid'));
    // What the IANA database knows needs no definition, and the database is kept up to date.
    if (tzid === '' || isTimeZone(tzid)) continue;
    const strange = component
      .getAllSubcomponents()
      .flatMap(rulesOf)
      .find(({ freq }) => freq !== 'YEARLY');
    if (strange) faults.push(fault(`the zone ${titleOf(tzid)} changes its clocks by ${strange.toString()}`));
    else known.set(tzid, new ICAL.Timezone({ component, tzid }));
  }
  return { known, faults };
}

function eventFaults(event: CalendarEvent, zones: ReadonlyMap<string, unknown>): CalendarFault[] {
  const { component, name: what } = event;
  try {
    if (!component.hasProperty('dtstart')) return [fault(`${what} does not say when it begins`)];
    const strange = timesOf(component).find((zone) => !isTimeZone(zone) && !zones.has(zone));
    if (strange !== undefined) {
      return [
        fault(
          `${what} is in the zone "${titleOf(strange)}", which neither the calendar nor the IANA database has`,
        ),
      ];
    }
    if (component.getFirstProperty('recurrence-id')?.getParameter('range') !== undefined) {
      return [fault(`${what} is moved from one occurrence on for good, which is not read`)];
    }
    return rulesOf(component).flatMap((rule) => {
      const why = ruleFault(rule);
      return why === null
        ? []
        : [{ message: `${what} comes back by ${rule.toString()}: ${why.message}`, remedy: why.remedy }];
    });
  } catch (error) {
    return [fault(`${what} cannot be read: ${readable(error)}`)];
  }
}

/** Names of the zones that an event's times are in. */
function timesOf(component: ICAL.Component): string[] {
  return ['dtstart', 'dtend', 'exdate', 'rdate', 'recurrence-id']
    .flatMap((name) => component.getAllProperties(name))
    .flatMap((property) => property.getParameter('tzid') ?? []);
}

/** The rules by which an event comes back. */
export function rulesOf(component: ICAL.Component): ICAL.Recur[] {
  return component.getAllProperties('rrule').map((property) => property.getFirstValue() as ICAL.Recur);
}

export function readable(error: unknown): string {
  return titleOf(error instanceof Error ? error.message : 'it is not an iCalendar text');
}

function fault(message: string): CalendarFault {
  return { message, remedy: 'Correct the event in the calendar, or take it out.' };
}

function refused(message: string): ReadCalendar {
  return { ok: false, faults: [{ message, remedy: 'Export the calendar again as an .ics file.' }] };
}
