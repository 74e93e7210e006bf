import { resolve } from 'node:path';
import { defaultDataDirectory } from './data-directory';

/** Where the command line looks when it is not told. */
export const DEFAULT_PORT = 8080;
const PORTS_USED = 10;

/** What `npm start` can be told by environment variables. */
export interface Settings {
  readonly dataDir: string;
  readonly host: string;
  /** The console's port; the other parts use the nine above it. */
  readonly port: number;
  readonly databaseUrl: string | undefined;
  readonly natsUrl: string | undefined;
  /** Whether the agent has what it needs to reach hosts. */
  readonly canReachHosts: boolean;
}

/** The variables without which no host can be reached, and what to put there. */
export const HOST_ACCESS: readonly (readonly [string, string])[] = [
  ['AGENT_SSH_USER', 'the user that Patchtide logs in as on your hosts'],
  ['AGENT_SSH_KEY', "file with that user's private key"],
  ['AGENT_KNOWN_HOSTS', 'known_hosts file with the host keys; unknown hosts are refused'],
];

/** Reads the settings; throws one error that lists every fault. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const faults: string[] = [];
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  const port = Number(given('PATCHTIDE_PORT') ?? DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535 - PORTS_USED) {
    faults.push(
      `PATCHTIDE_PORT must be a whole number from 1 to ${65_535 - PORTS_USED}: it and the 9 above are used`,
    );
  }
  const url = (name: string, protocols: readonly string[]): string | undefined => {
    const value = given(name);
    if (value !== undefined && !protocols.some((protocol) => value.startsWith(`${protocol}://`))) {
      faults.push(`${name} must start with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`);
    }
    return value;
  };
  const databaseUrl = url('DATABASE_URL', ['postgresql', 'postgres']);
  const natsUrl = url('NATS_URL', ['nats', 'tls']);
  const access = HOST_ACCESS.filter(([name]) => given(name) !== undefined);
  if (access.length > 0 && access.length < HOST_ACCESS.length) {
    const missing = HOST_ACCESS.filter(([name]) => given(name) === undefined);
    faults.push(
      ...missing.map(([name, meaning]) => `${name} is missing beside ${access[0]?.[0]}: ${meaning}`),
    );
  }
  if (faults.length > 0)
    throw new Error(`the settings are not usable:\n${faults.map((f) => `- ${f}`).join('\n')}`);
  return {
    dataDir: resolve(given('PATCHTIDE_DATA_DIR') ?? defaultDataDirectory()),
    host: given('PATCHTIDE_HOST') ?? '127.0.0.1',
    port,
    databaseUrl,
    natsUrl,
    canReachHosts: access.length === HOST_ACCESS.length,
  };
}
