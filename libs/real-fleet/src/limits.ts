import { readFile, writeFile } from 'node:fs/promises';
import type { Progress } from './base';

const INOTIFY = '/proc/sys/fs/inotify/max_user_instances';
// systemd and dbus take about five per host; the default of 128 ends at 24 hosts.
const ENOUGH = 8192;
const TOO_LOW = 2048;

/** Raises the one limit of the kernel that a fleet meets, when it is too low, and says so. It stays raised. */
export async function raiseLimits(progress: Progress): Promise<void> {
  const now = Number(await readFile(INOTIFY, 'utf8'));
  if (now >= TOO_LOW) return;
  await writeFile(INOTIFY, `${ENOUGH}\n`);
  progress(`Raised fs.inotify.max_user_instances from ${now} to ${ENOUGH}: each host needs several`);
}
