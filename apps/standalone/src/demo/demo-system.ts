import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Policy } from '@patchtide/contracts';
import { startSystem, type System } from '../system';
import { type FleetProcess, startFleetProcess } from './fleet-process';

export interface DemoSystem {
  readonly fleet: FleetProcess;
  readonly system: System;
  readonly stop: () => Promise<void>;
}

export interface DemoSystemOptions {
  /** Arguments of the fleet simulator. */
  readonly fleet: readonly string[];
  readonly policy: Policy;
  readonly agents?: number;
  readonly report: (line: string) => void;
}

/** A fleet of simulated servers and the whole system beside it, everything in one temporary folder. */
export async function startDemoSystem(options: DemoSystemOptions): Promise<DemoSystem> {
  const folder = await mkdtemp(join(tmpdir(), 'patchtide-'));
  // As root, Postgres runs under another user, who must be able to pass through.
  await chmod(folder, 0o711);
  const ends: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const dataDir = join(folder, 'data');
    await mkdir(join(dataDir, 'policies'), { recursive: true });
    await writeFile(join(dataDir, 'policies', `${options.policy.name}.json`), JSON.stringify(options.policy));
    const fleet = await startFleetProcess(['--dir', join(folder, 'fleet'), ...options.fleet]);
    ends.push(fleet.stop);
    const system = await startSystem({ dataDir, durable: false, ...settingsFor(fleet, options) });
    ends.push(system.stop);
    return { fleet, system, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settingsFor(fleet: FleetProcess, { agents = 1, report }: DemoSystemOptions) {
  const ssh = { SSH_USER: 'patchtide', SSH_KEY: fleet.clientKey };
  return {
    instances: { 'execution-agent': agents },
    report,
    settings: {
      'cmdb-import': { CMDB_SOURCE: fleet.landscape },
      'execution-agent': {
        AGENT_SSH_USER: ssh.SSH_USER,
        AGENT_SSH_KEY: ssh.SSH_KEY,
        AGENT_KNOWN_HOSTS: fleet.knownHosts,
        AGENT_CONCURRENCY: '200',
      },
      'monitoring-suppression': {
        ALERTMANAGER_URL: fleet.alertmanagerUrl,
        SUPPRESSION_SSH_USER: ssh.SSH_USER,
        SUPPRESSION_SSH_KEY: ssh.SSH_KEY,
        SUPPRESSION_SSH_KNOWN_HOSTS: fleet.knownHosts,
      },
    },
  };
}
