/** A length of time for people, with the sign left to the words around it: `45 s`, `12 min`, `3 h 59 min`. */
export function duration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** How long ago an instant was; never negative, because clocks of machines differ. */
export function since(instant: string, nowMs: number): string {
  return duration(Math.max(0, nowMs - Date.parse(instant)));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The time of day of an instant in a zone, `22:04:11`. */
export function clock(instant: string, timezone: string): string {
  return format(instant, timezone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
}

/** Day and time of an instant in a zone, `Sun 29 Nov 22:00`. */
export function dayAndTime(instant: string, timezone: string): string {
  const day = dayOf(instant, timezone);
  return `${day} ${format(instant, timezone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })}`;
}

/** A stretch of time in a zone, the day once where it is one day. */
export function stretch(start: string, end: string, timezone: string): string {
  const to = dayAndTime(end, timezone);
  const day = dayOf(start, timezone);
  return `${dayAndTime(start, timezone)} to ${to.startsWith(`${day} `) ? to.slice(day.length + 1) : to}`;
}

function dayOf(instant: string, timezone: string): string {
  return format(instant, timezone, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');
}

function format(instant: string, timezone: string, options: Intl.DateTimeFormatOptions): string {
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return instant;
  const key = `${timezone} ${JSON.stringify(options)}`;
  const known =
    formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone(timezone) });
  formats.set(key, known);
  return known.format(ms);
}

/** A rejected change may name a zone that does not exist. */
function zone(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
