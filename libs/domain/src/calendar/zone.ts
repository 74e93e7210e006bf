/** What a clock on the wall shows; `month` is 1 to 12. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const DAY_MS = 24 * 60 * 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the name is one of the IANA time zone database. */
export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** What clocks in the zone show at a moment in epoch milliseconds. @throws RangeError where there is no such zone */
export function wallTime(ms: number, zone: string): WallTime {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

/**
 * The moment, in epoch milliseconds, at which clocks in the zone show this. An hour that a change of the clocks leaves out
 * counts on from before the change (02:30 is 03:30); of one that comes twice it is the first. Days and months beyond their
 * range count on. @throws RangeError where there is no such zone
 */
export function instantOf(wall: WallTime, zone: string): number {
  const asUtcMs = utcMs(wall);
  const before = offsetMs(asUtcMs - DAY_MS, zone);
  const after = offsetMs(asUtcMs + DAY_MS, zone);
  const fitting = [before, after]
    .map((offset) => asUtcMs - offset)
    .filter((ms) => ms + offsetMs(ms, zone) === asUtcMs);
  return fitting.length === 0 ? asUtcMs - before : Math.min(...fitting);
}

/** The moment as ISO 8601 with the zone's offset, such as `2026-11-29T22:00:00+01:00`. */
export function inZone(ms: number, zone: string): string {
  const offset = offsetMs(ms, zone);
  const minutes = Math.abs(Math.round(offset / 60_000));
  const sign = offset < 0 ? '-' : '+';
  const clock = new Date(ms + offset).toISOString().slice(0, 19);
  return `${clock}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** How far clocks in the zone are ahead of UTC at a moment. */
function offsetMs(ms: number, zone: string): number {
  const wholeSecondMs = Math.floor(ms / 1000) * 1000;
  return utcMs(wallTime(wholeSecondMs, zone)) - wholeSecondMs;
}

function utcMs({ year, month, day, hour, minute, second }: WallTime): number {
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function two(count: number): string {
  return String(count).padStart(2, '0');
}

/** Making a format takes a hundred times as long as using it. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(zone, format);
  return format;
}
