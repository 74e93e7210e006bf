import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export type Role = 'operator' | 'approver';

/** Where `npm start` listens when it is not told otherwise. */
const DEFAULT_PORT = '8080';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What `npm start` left on this machine for the command line. */
export interface LocalInstallation {
  readonly url: string;
  readonly tokensFile: string;
  /** Whether its tokens may be sent to a server: never to another machine, unless the installation was named. */
  readonly serves: (url: string) => boolean;
  /** A role's token; null when there is none to read. */
  readonly token: (role: Role) => string | null;
}

/** The installation of this machine, found by the same rules as `npm start` keeps it. */
export function localInstallation(env: NodeJS.ProcessEnv): LocalInstallation {
  const named = given(env, 'PATCHTIDE_DATA_DIR');
  const tokensFile = join(resolve(named ?? defaultDirectory()), 'tokens.json');
  return {
    url: `http://127.0.0.1:${given(env, 'PATCHTIDE_PORT') ?? DEFAULT_PORT}`,
    tokensFile,
    serves: (url) => named !== undefined || LOOPBACK.test(new URL(url).hostname),
    token: (role) => readToken(tokensFile, role),
  };
}

/** A variable's value; one that is set to nothing is not set. */
export function given(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function defaultDirectory(): string {
  return process.getuid?.() === 0 ? '/var/lib/patchtide' : join(homedir(), '.local', 'share', 'patchtide');
}

/** Absent, unreadable and unusable files all mean that there is no token; the server's refusal leads to the advice. */
function readToken(file: string, role: Role): string | null {
  try {
    const tokens = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> | null;
    const token = tokens?.[role];
    return typeof token === 'string' ? token : null;
  } catch {
    return null;
  }
}
