import type { Change, Fault, Window } from '@patchtide/contracts';
import { isTimeZone } from './calendar/zone';
import { toMs } from './instant';

/** Everything that makes a change impossible at the moment `at`, as far as it can be told without a landscape. */
export function checkChange(change: Change, at: string): Fault[] {
  const windows = [change.window, ...(change.windows ?? [])];
  return windows.flatMap((window, i) => {
    const path = i === 0 ? '/window' : `/windows/${i - 1}`;
    return [...windowFaults(window, path, at), ...orderFaults(window, windows[i - 1], path)];
  });
}

function windowFaults({ start, end, timezone }: Window, path: string, at: string): Fault[] {
  const faults: Fault[] = [];
  if (toMs(end) <= toMs(start)) {
    faults.push({
      path: `${path}/end`,
      message: `the window ends (${end}) before it starts (${start})`,
      remedy: 'Put the end after the start; mind the day when the window crosses midnight.',
    });
  }
  if (toMs(end) <= toMs(at)) {
    faults.push({
      path: `${path}/end`,
      message: `the window is over: it ended at ${end} and it is ${at}`,
      remedy: 'Move the window into the future and submit the change again.',
    });
  }
  if (!isTimeZone(timezone)) {
    faults.push({
      path: `${path}/timezone`,
      message: `"${timezone}" is not a time zone`,
      remedy: 'Use a name of the IANA time zone database, such as Europe/Berlin.',
    });
  }
  return faults;
}

function orderFaults({ start }: Window, before: Window | undefined, path: string): Fault[] {
  if (!before || toMs(start) >= toMs(before.end)) return [];
  return [
    {
      path: `${path}/start`,
      message: `the window starts (${start}) before the one in front of it ends (${before.end})`,
      remedy: 'Put the windows one after the other, the first one first.',
    },
  ];
}
