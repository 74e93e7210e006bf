import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGuarded } from '@patchtide/embedded';

/** Longer than anything that writes there needs to stop when we are gone. */
const SETTLE_MS = 25_000;

/** A temporary folder. */
export interface ScratchFolder {
  readonly path: string;
  readonly remove: () => Promise<void>;
}

/**
 * A temporary folder that does not outlive us. When we die without removing it, its guard does so, after the guards
 * of what runs in it have had the time to stop that.
 */
export async function scratchFolder(): Promise<ScratchFolder> {
  const path = await mkdtemp(join(tmpdir(), 'patchtide-'));
  // As root, Postgres runs under another user, who must be able to pass through.
  await chmod(path, 0o711);
  const guard = await startGuarded({
    command: '/bin/sh',
    // Deaf to the guard's polite request: it lasts until the time is over.
    args: ['-c', "trap '' TERM; exec sleep 2147483"],
    log: join(path, 'guard.log'),
    stopTimeoutMs: SETTLE_MS,
    scratch: path,
  });
  const remove = async (): Promise<void> => {
    await guard.kill();
    await rm(path, { recursive: true, force: true });
  };
  return { path, remove };
}
