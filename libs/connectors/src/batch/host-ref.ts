import { CallFailed } from '../monitoring/call';
import type { HostSystem } from './hold-protocol';

/** Debian's cron reads only such names; a file with another name is not a job of its. */
const CRON_NAME = /^[A-Za-z0-9_-]{1,200}$/;
const TIMER = /^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,240}\.timer$/;

/**
 * The one text by which a host knows the job. The ref has exactly one entry, whatever its name, as in
 * `{ path: "/etc/cron.d/billing" }` or `{ unit: "billing.timer" }`. Throws CallFailed for anything else: a path
 * outside the cron directory or a unit that is no timer must not be touched on the word of a CMDB.
 */
export function hostRef(
  system: HostSystem,
  ref: Readonly<Record<string, unknown>>,
  cronDirectory: string,
): string {
  const [text, ...more] = Object.values(ref);
  if (typeof text !== 'string' || more.length > 0) throw badRef(system, 'it is not exactly one text');
  if (system === 'systemd-timer') {
    if (!TIMER.test(text)) throw badRef(system, `${JSON.stringify(text)} is not the name of a .timer unit`);
    return text;
  }
  const name = text.startsWith(`${cronDirectory}/`) ? text.slice(cronDirectory.length + 1) : '';
  if (!CRON_NAME.test(name)) {
    throw badRef(system, `${JSON.stringify(text)} is not a file that cron reads in ${cronDirectory}`);
  }
  return text;
}

function badRef(system: HostSystem, why: string): CallFailed {
  return new CallFailed('bad-reference', `The batch job's ref cannot be used for ${system}: ${why}`, {
    retryable: false,
  });
}
