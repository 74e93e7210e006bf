import type { Change, Fault } from '@patchtide/contracts';
import { toMs } from './instant';

/** Everything that makes a change impossible at the moment `at`, as far as it can be told without a landscape. */
export function checkChange(change: Change, at: string): Fault[] {
  const { start, end, timezone } = change.window;
  const faults: Fault[] = [];
  if (toMs(end) <= toMs(start)) {
    faults.push({
      path: '/window/end',
      message: `the window ends (${end}) before it starts (${start})`,
      remedy: 'Put the end after the start; mind the day when the window crosses midnight.',
    });
  }
  if (toMs(end) <= toMs(at)) {
    faults.push({
      path: '/window/end',
      message: `the window is over: it ended at ${end} and it is ${at}`,
      remedy: 'Move the window into the future and submit the change again.',
    });
  }
  if (!isTimeZone(timezone)) {
    faults.push({
      path: '/window/timezone',
      message: `"${timezone}" is not a time zone`,
      remedy: 'Use a name of the IANA time zone database, such as Europe/Berlin.',
    });
  }
  return faults;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
