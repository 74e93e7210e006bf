import type { Fault, Window, WindowRule } from '@patchtide/contracts';
import { parseDuration } from '../duration';
import { nextWindows } from './patch-tuesday';
import { isTimeZone } from './zone';

export type ResolvedWindow =
  { readonly ok: true; readonly window: Window } | { readonly ok: false; readonly faults: readonly Fault[] };

/** The first window of a rule that begins at `from` or later. The rule has passed its schema; paths begin at the rule. */
export function resolveWindow(rule: WindowRule, from: string): ResolvedWindow {
  const faults = ruleFaults(rule);
  if (faults.length > 0) return { ok: false, faults };
  const [window] = nextWindows(rule, from, 1);
  return window ? { ok: true, window } : { ok: false, faults: [] };
}

function ruleFaults({ timezone, lasts }: WindowRule): Fault[] {
  const faults: Fault[] = [];
  if (!isTimeZone(timezone)) {
    faults.push({
      path: '/timezone',
      message: `"${timezone}" is not a time zone`,
      remedy: 'Use a name of the IANA time zone database, such as Europe/Berlin.',
    });
  }
  if ((parseDuration(lasts) ?? 0) <= 0) {
    faults.push({
      path: '/lasts',
      message: `a window that lasts ${lasts} has no room for anything`,
      remedy: 'Write how long it is open, like 4h.',
    });
  }
  return faults;
}
