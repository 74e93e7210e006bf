import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type RunningServer, startNats, startPostgres } from '@patchtide/embedded';
import type { Part } from './part';

/** A server of ours as a part, and the URL under which it is reached in every life. */
export interface ServerPart {
  readonly part: Part;
  /** Known once the part has been started. */
  readonly url: () => string;
}

export interface ServerPlace {
  readonly dataDir: string;
  readonly port: number;
  readonly log: string;
}

/** The embedded PostgreSQL. `durable: false` gives up safety against a power cut, for tests and trying out. */
export function postgresPart(place: ServerPlace, durable: boolean): ServerPart {
  return serverPart('postgres', () => startPostgres({ ...place, durable }));
}

/** The embedded NATS, with a token that stays the same over restarts. */
export function natsPart(place: ServerPlace, token: string): ServerPart {
  return serverPart('nats', () => startNats({ ...place, token }));
}

function serverPart(name: string, start: () => Promise<RunningServer>): ServerPart {
  let url = '';
  const part: Part = {
    name,
    start: async () => {
      const server = await start();
      url = server.url;
      return server;
    },
  };
  return { part, url: () => url };
}

/** A secret that is made once and then read again. */
export async function keptSecret(directory: string, name: string): Promise<string> {
  const file = join(directory, name);
  const secret = randomBytes(24).toString('base64url');
  try {
    await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(file, 'utf8')).trim();
  }
}
