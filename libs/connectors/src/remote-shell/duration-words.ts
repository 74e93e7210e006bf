/** A length of time as a person says it: `45 seconds`, `1 minute`, `31 minutes`. From ten minutes on it is rounded to minutes. */
export function durationInWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds % 60 === 0 || seconds >= 600) return counted(Math.round(seconds / 60), 'minute');
  return counted(seconds, 'second');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
