import { run, type CommandResult } from '../command';
import type { RealFleet } from '../real-fleet';
import type { RealHost } from '../real-host';

const TIMEOUT_MS = 30_000;

/** Logs in with OpenSSH's client, the fleet's key and the pinned host key, and runs one command line. */
export function ssh(
  fleet: RealFleet,
  host: RealHost,
  commandLine: string,
  timeoutMs = TIMEOUT_MS,
): Promise<CommandResult> {
  const options = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${fleet.knownHostsPath}`,
  ];
  const argv = ['ssh', '-F', 'none', '-i', fleet.privateKeyPath, '-p', `${host.port}`];
  return run(
    [...argv, ...options.flatMap((option) => ['-o', option]), `${fleet.user}@${host.address}`, commandLine],
    { timeoutMs },
  );
}
