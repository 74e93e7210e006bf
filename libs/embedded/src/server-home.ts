import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The directory a server keeps its files in. */
export interface ServerHome {
  directory: string;
  /** The same directory when it is temporary: nobody needs it after the server. */
  scratch: string | undefined;
  /** Removes a temporary directory; leaves one that the caller chose. */
  readonly cleanUp: () => Promise<void>;
}

/** Creates the chosen directory, or a fresh temporary one, open to the current user only. */
export async function serverHome(chosen: string | undefined, name: string): Promise<ServerHome> {
  if (chosen === undefined) {
    const directory = await mkdtemp(join(tmpdir(), `patchtide-${name}-`));
    return { directory, scratch: directory, cleanUp: () => rm(directory, { recursive: true, force: true }) };
  }
  const directory = resolve(chosen);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return { directory, scratch: undefined, cleanUp: () => Promise.resolve() };
}
