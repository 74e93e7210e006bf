import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Api } from './api';
import type { Output } from './output';

export type Role = 'operator' | 'approver';

export interface Context {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  /** The API as a role; explicit options and variables win over the tokens of a local installation. */
  api(command: Command, role?: Role): Api;
  /** Whether a server was named, by option or variable. */
  hasServer(command: Command): boolean;
}

const DEFAULT_URL = 'http://127.0.0.1:8080';

export function createContext(output: Output, env: NodeJS.ProcessEnv): Context {
  return {
    output,
    env,
    api(command, role = 'operator') {
      const { url, token } = command.optsWithGlobals<{ url?: string; token?: string }>();
      return new Api(
        (url ?? env['PATCHTIDE_URL'] ?? DEFAULT_URL).replace(/\/+$/, ''),
        token ?? env['PATCHTIDE_TOKEN'] ?? localToken(env, role),
      );
    },
    hasServer(command) {
      return (
        command.optsWithGlobals<{ url?: string }>().url !== undefined || env['PATCHTIDE_URL'] !== undefined
      );
    },
  };
}

/** The token that `npm start` made for a role on this machine; null when there is none to read. */
function localToken(env: NodeJS.ProcessEnv, role: Role): string | null {
  const fallback =
    process.getuid?.() === 0 ? '/var/lib/patchtide' : join(homedir(), '.local/share/patchtide');
  try {
    const text = readFileSync(join(env['PATCHTIDE_DATA_DIR'] ?? fallback, 'tokens.json'), 'utf8');
    const tokens = JSON.parse(text) as Record<string, unknown>;
    const token = tokens[role];
    return typeof token === 'string' ? token : null;
  } catch {
    return null;
  }
}
