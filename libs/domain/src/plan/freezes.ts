import type { Fault, Freeze, Match, Policy } from '@patchtide/contracts';
import { type ClosedTime, closedTimes } from '../calendar/closed-times';
import { type Interval, overlaps } from '../calendar/intervals';
import { isTimeZone } from '../calendar/zone';
import { toMs } from '../instant';

/** A stretch of time of one of the policy's freezes. */
export interface Frozen extends Interval {
  readonly name: string;
  /** Position of the freeze in the policy. */
  readonly freeze: number;
  /** What it is for; undefined: everything. */
  readonly match: Match | undefined;
}

export interface FrozenTimes {
  readonly times: readonly Frozen[];
  readonly faults: readonly Fault[];
}

/**
 * The stretches of time within an interval in which a freeze of the policy holds, in order. `timezone`: of whole days, where
 * neither the freeze nor its calendar names one. Faults say which freeze cannot be worked out.
 */
export function frozenTimes(policy: Policy, within: Interval, timezone: string): FrozenTimes {
  const found = (policy.freezes ?? []).map((freeze, position) => {
    const closed = freezeTimes(freeze, within, timezone);
    if (!closed.ok) {
      const faults = closed.faults.map((fault): Fault => ({
        path: `/freezes/${position}${closed.at}`,
        ...fault,
      }));
      return { times: [], faults };
    }
    const times = closed.times.map(({ title, startMs, endMs }): Frozen => {
      const isSaid = title === '' || title === freeze.name;
      return {
        name: isSaid ? freeze.name : `${freeze.name}: ${title}`,
        startMs,
        endMs,
        freeze: position,
        match: freeze.match,
      };
    });
    return { times, faults: [] };
  });
  return {
    times: found
      .flatMap(({ times }) => times)
      .sort((a, b) => a.startMs - b.startMs || a.endMs - b.endMs || a.freeze - b.freeze),
    faults: found.flatMap(({ faults }) => faults),
  };
}

type Closed =
  | { readonly ok: true; readonly times: readonly ClosedTime[] }
  | { readonly ok: false; readonly at: string; readonly faults: readonly Omit<Fault, 'path'>[] };

function freezeTimes(freeze: Freeze, within: Interval, otherwise: string): Closed {
  const { ics, file, timezone } = freeze;
  if (timezone !== undefined && !isTimeZone(timezone))
    return { ok: false, at: '/timezone', faults: [noZone(timezone)] };
  if (file !== undefined) return { ok: false, at: '/file', faults: [notRead(file)] };
  if (ics !== undefined) {
    const closed = closedTimes(ics, within, { given: timezone ?? null, otherwise });
    return closed.ok ? closed : { ...closed, at: '/ics' };
  }
  return absoluteTime(freeze, within);
}

function absoluteTime(freeze: Freeze, within: Interval): Closed {
  const { start = '', end = '' } = freeze;
  const time = { startMs: toMs(start), endMs: toMs(end), title: '' };
  if (!(time.startMs < time.endMs)) return { ok: false, at: '/end', faults: [endsTooEarly(freeze)] };
  return { ok: true, times: overlaps(time, within) ? [time] : [] };
}

/** What is wrong with the policy's freezes, whatever the change. */
export function checkFreezes(policy: Policy): Fault[] {
  const never = { startMs: 0, endMs: 0 };
  return [...frozenTimes(policy, never, 'UTC').faults];
}

function noZone(name: string): Omit<Fault, 'path'> {
  return {
    message: `"${name}" is not a time zone`,
    remedy: 'Use a name of the IANA time zone database, such as Europe/Berlin.',
  };
}

function notRead(file: string): Omit<Fault, 'path'> {
  return {
    message: `the calendar ${file} was not read with the policy`,
    remedy: 'Put the file beside the policy file, or write its text as ics.',
  };
}

function endsTooEarly({ start, end }: Freeze): Omit<Fault, 'path'> {
  return {
    message: `the freeze ends (${end}) before it starts (${start})`,
    remedy: 'Put the end after the start.',
  };
}
