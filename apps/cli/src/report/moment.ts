const formats = new Map<string, Intl.DateTimeFormat>();

/** Day, year and time of an instant in a zone, `29 Nov 2026, 22:04:11`; nothing for none. */
export function moment(instant: string | null, timezone: string): string {
  if (instant === null) return '';
  const ms = Date.parse(instant);
  if (Number.isNaN(ms)) return instant;
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: timezone });
  formats.set(timezone, format);
  return format.format(ms);
}
