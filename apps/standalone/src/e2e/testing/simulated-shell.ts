import { readFile } from 'node:fs/promises';
import { HostKeys, SshShell } from '@patchtide/connectors/remote-shell';
import type { Landscape } from '@patchtide/contracts';
import type { FleetProcess } from '../../demo/fleet-process';

const TIMEOUT_MS = 10_000;

/** Runs a command on a simulated server, as an administrator beside Patchtide would. Rejects unless it ends with 0. */
export async function runByHand(
  fleet: FleetProcess,
  landscape: Landscape,
  server: string,
  argv: readonly string[],
): Promise<void> {
  const found = landscape.servers.find(({ id }) => id === server);
  if (!found) throw new Error(`the landscape has no server ${server}`);
  const { address, port = 22 } = found;
  const shell = new SshShell({
    user: 'patchtide',
    privateKey: await readFile(fleet.clientKey),
    hostKeys: await HostKeys.load(fleet.knownHosts),
  });
  try {
    const options = { timeoutMs: TIMEOUT_MS, signal: AbortSignal.timeout(TIMEOUT_MS) };
    const { exitCode, stderr } = await shell.run({ address, port }, argv, options);
    if (exitCode !== 0) throw new Error(`${argv.join(' ')} on ${server} ended with ${exitCode}: ${stderr}`);
  } finally {
    await shell.close();
  }
}
