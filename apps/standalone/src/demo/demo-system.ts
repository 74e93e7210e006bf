import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Policy } from '@patchtide/contracts';
import { startSystem, type System } from '../system';
import type { DemoFleet } from './demo-fleet';
import { scratchFolder } from './scratch-folder';
import { type SimulatedFleet, startSimulatedFleet } from './simulated-fleet';

export interface DemoSystem<Fleet extends DemoFleet = SimulatedFleet> {
  readonly fleet: Fleet;
  readonly system: System;
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  readonly agents?: number;
  readonly report: (line: string) => void;
  /** Hears what is being started. */
  readonly progress?: (text: string) => void;
  /** Gives up starting; what has been started is stopped before the rejection. */
  readonly signal?: AbortSignal;
}

export interface DemoSystemOptions extends StartOptions {
  /** Arguments of the fleet simulator. */
  readonly fleet: readonly string[];
  readonly policy: Policy;
}

/** A fleet of simulated servers and the whole system beside it, everything in one temporary folder. */
export function startDemoSystem({ fleet, policy, ...options }: DemoSystemOptions): Promise<DemoSystem> {
  return startBeside((folder) => {
    options.progress?.('Starting simulated servers');
    return startSimulatedFleet(['--dir', join(folder, 'fleet'), ...fleet], policy, options.signal);
  }, options);
}

/** A fleet, which is given a temporary folder, and the whole system beside it. */
export async function startBeside<Fleet extends DemoFleet>(
  startFleet: (folder: string) => Promise<Fleet>,
  { agents = 1, report, progress, signal }: StartOptions,
): Promise<DemoSystem<Fleet>> {
  const folder = await scratchFolder();
  const ends: (() => Promise<void>)[] = [folder.remove];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    signal?.throwIfAborted();
    const fleet = await startFleet(folder.path);
    ends.push(fleet.stop);
    const dataDir = join(folder.path, 'data');
    await writePolicy(join(dataDir, 'policies'), fleet.policy);
    progress?.('Starting PostgreSQL, NATS and all services');
    const { settings } = fleet;
    const instances = { 'execution-agent': agents };
    const system = await startSystem({ dataDir, durable: false, settings, instances, report });
    ends.push(system.stop);
    signal?.throwIfAborted();
    return { fleet, system, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writePolicy(folder: string, policy: Policy): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${policy.name}.json`), JSON.stringify(policy));
}
