import { dayAndTime } from './time';

const INSTANT = /\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)/g;

/** A text in which instants are written as the people of a zone read them. */
export function localTimes(text: string, timezone: string): string {
  return text.replace(INSTANT, (instant) => dayAndTime(instant, timezone));
}
