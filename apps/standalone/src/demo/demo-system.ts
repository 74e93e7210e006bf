import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Policy } from '@patchtide/contracts';
import { startSystem, type System } from '../system';
import { type FleetProcess, startFleetProcess } from './fleet-process';
import { scratchFolder } from './scratch-folder';

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
  /** Hears what is being started. */
  readonly progress?: (text: string) => void;
  /** Gives up starting; what has been started is stopped before the rejection. */
  readonly signal?: AbortSignal;
}

/** A fleet of simulated servers and the whole system beside it, everything in one temporary folder. */
export async function startDemoSystem(options: DemoSystemOptions): Promise<DemoSystem> {
  const { policy, signal, progress = () => undefined } = options;
  const folder = await scratchFolder();
  const ends: (() => Promise<void>)[] = [folder.remove];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const dataDir = join(folder.path, 'data');
    await mkdir(join(dataDir, 'policies'), { recursive: true });
    await writeFile(join(dataDir, 'policies', `${policy.name}.json`), JSON.stringify(policy));
    progress('Starting simulated servers');
    const fleet = await startFleetProcess(['--dir', join(folder.path, 'fleet'), ...options.fleet], signal);
    ends.push(fleet.stop);
    progress('Starting PostgreSQL, NATS and all services');
    const system = await startSystem({ dataDir, durable: false, ...settingsFor(fleet, options) });
    ends.push(system.stop);
    signal?.throwIfAborted();
    return { fleet, system, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settingsFor(fleet: FleetProcess, { agents = 1, report }: DemoSystemOptions) {
  const { clientKey, knownHosts } = fleet;
  return {
    instances: { 'execution-agent': agents },
    report,
    settings: {
      'cmdb-import': { CMDB_SOURCE: fleet.landscape },
      'execution-agent': {
        AGENT_SSH_USER: 'patchtide',
        AGENT_SSH_KEY: clientKey,
        AGENT_KNOWN_HOSTS: knownHosts,
        AGENT_CONCURRENCY: '200',
      },
      'monitoring-suppression': {
        ALERTMANAGER_URL: fleet.alertmanagerUrl,
        SUPPRESSION_SSH_USER: 'patchtide',
        SUPPRESSION_SSH_KEY: clientKey,
        SUPPRESSION_SSH_KNOWN_HOSTS: knownHosts,
      },
    },
  };
}
