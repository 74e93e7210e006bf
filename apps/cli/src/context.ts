import type { Command } from 'commander';
import { Api } from './api';
import { Misused } from './failures';
import { given, localInstallation, type Role } from './local-installation';
import type { Output } from './output';

/** What every command is given. */
export interface Context {
  readonly output: Output;
  /** The API as a role; options win over variables, and those over the tokens of a local installation. */
  readonly api: (command: Command, role?: Role) => Api;
  /** Whether there is a server to speak to: named by option or variable, or installed on this machine. */
  readonly hasServer: (command: Command) => boolean;
}

interface Connection {
  readonly url?: string;
  readonly token?: string;
}

export function createContext(output: Output, env: NodeJS.ProcessEnv): Context {
  const local = localInstallation(env);
  const namedUrl = (command: Command): string | undefined =>
    command.optsWithGlobals<Connection>().url ?? given(env, 'PATCHTIDE_URL');
  return {
    output,
    api: (command, role = 'operator') => {
      const url = checkedUrl(namedUrl(command) ?? local.url);
      const named = command.optsWithGlobals<Connection>().token ?? given(env, 'PATCHTIDE_TOKEN');
      const token = named ?? (local.serves(url) ? local.token(role) : null);
      const tokenAdvice = `Give a token with --token or PATCHTIDE_TOKEN; "npm start" keeps its own in ${local.tokensFile}.`;
      return new Api({ url, token, tokenAdvice });
    },
    hasServer: (command) => namedUrl(command) !== undefined || local.token('operator') !== null,
  };
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, '');
  throw new Misused(`"${text}" is not the URL of a server; write it like http://127.0.0.1:8080`);
}
