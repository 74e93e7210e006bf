import { readFile } from 'node:fs/promises';
import type { Fault } from '@patchtide/contracts';
import { HostKeys, type RemoteShell, SshShell } from '@patchtide/connectors/remote-shell';
import { Failed, Misused } from '../failures';
import { given } from '../local-installation';

/** How to log in on the hosts: as the agents do, unless an option says otherwise. */
export interface Login {
  readonly user: string;
  readonly key: string;
  readonly knownHosts: string;
  readonly sudo: boolean;
  readonly root: string | undefined;
}

export interface LoginOptions {
  readonly user?: string;
  readonly key?: string;
  readonly knownHosts?: string;
  readonly sudo?: boolean;
  readonly root?: string;
}

/** Connections without a command for this long are not needed any more. */
const IDLE_MS = 2_000;

/** The login from options and the agents' variables. @throws Misused when something is missing, all of it at once */
export function loginFrom(options: LoginOptions, env: NodeJS.ProcessEnv): Login {
  const needed = {
    user: options.user ?? given(env, 'AGENT_SSH_USER'),
    key: options.key ?? given(env, 'AGENT_SSH_KEY'),
    knownHosts: options.knownHosts ?? given(env, 'AGENT_KNOWN_HOSTS'),
  };
  const { user, key, knownHosts } = needed;
  if (user === undefined || key === undefined || knownHosts === undefined) throw new Misused(missing(needed));
  const sudo = options.sudo ?? given(env, 'AGENT_SUDO') === 'on';
  return { user, key, knownHosts, sudo, root: checkedRoot(options.root ?? given(env, 'AGENT_ROOT')) };
}

function checkedRoot(root: string | undefined): string | undefined {
  if (root === undefined || /^(\/[\w.-]+)+$/.test(root)) return root;
  throw new Misused(`"${root}" is not an absolute path; give --root or AGENT_ROOT like /var/lib/patchtide`);
}

const WAYS = {
  user: '--user or AGENT_SSH_USER (who logs in on the hosts)',
  key: '--key or AGENT_SSH_KEY (the file with the private key)',
  knownHosts: '--known-hosts or AGENT_KNOWN_HOSTS (a known_hosts file with the key of every host)',
} as const;

function missing(needed: Readonly<Record<keyof typeof WAYS, string | undefined>>): string {
  const names = (Object.keys(WAYS) as (keyof typeof WAYS)[]).filter((name) => needed[name] === undefined);
  return `how to log in is not known; give ${names.map((name) => WAYS[name]).join(', ')}`;
}

/** A shell that logs in like this. @throws Failed with everything that is wrong with the files */
export async function openShell({ user, key, knownHosts, sudo }: Login): Promise<RemoteShell> {
  const [privateKey, hostKeys] = await Promise.allSettled([readFile(key), HostKeys.load(knownHosts)]);
  const faults = [faultOf(privateKey, key), faultOf(hostKeys, knownHosts)].flat();
  if (privateKey.status === 'rejected' || hostKeys.status === 'rejected') throw new Failed(NOBODY, faults);
  try {
    return new SshShell({
      user,
      privateKey: privateKey.value,
      hostKeys: hostKeys.value,
      useSudo: sudo,
      idleMs: IDLE_MS,
    });
  } catch (error) {
    throw new Failed(NOBODY, [unusable(key, error)]);
  }
}

/** What a failure before the first question is headed with. */
export const NOBODY = 'No host was asked:';

function faultOf(result: PromiseSettledResult<unknown>, file: string): Fault[] {
  return result.status === 'rejected' ? [unusable(file, result.reason)] : [];
}

function unusable(file: string, error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  return { path: '', file, message, remedy: 'Correct the file, or name another one.' };
}
