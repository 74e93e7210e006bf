import type { Policy } from '@patchtide/contracts';
import type { DemoFleet, FleetRecord } from './demo-fleet';
import { type FaultCount, faultStory, type Transition } from './fault-story';
import { type FleetProcess, startFleetProcess } from './fleet-process';
import { getJson } from './get-json';

/** Simulated servers: nothing on this machine is changed by them. */
export type SimulatedFleet = DemoFleet & FleetProcess;

/** Starts the fleet simulator with these arguments. */
export async function startSimulatedFleet(
  args: readonly string[],
  policy: Policy,
  signal?: AbortSignal,
): Promise<SimulatedFleet> {
  const fleet = await startFleetProcess(args, signal);
  return {
    ...fleet,
    policy,
    settings: settingsFor(fleet),
    prepare: () => Promise.resolve([]),
    record: () => recordOf(fleet.controlUrl),
    looks: [],
  };
}

function settingsFor({ landscape, clientKey, knownHosts, alertmanagerUrl }: FleetProcess) {
  return {
    'cmdb-import': { CMDB_SOURCE: landscape },
    'execution-agent': {
      AGENT_SSH_USER: 'patchtide',
      AGENT_SSH_KEY: clientKey,
      AGENT_KNOWN_HOSTS: knownHosts,
      AGENT_CONCURRENCY: '200',
    },
    'monitoring-suppression': {
      ALERTMANAGER_URL: alertmanagerUrl,
      SUPPRESSION_SSH_USER: 'patchtide',
      SUPPRESSION_SSH_KEY: clientKey,
      SUPPRESSION_SSH_KNOWN_HOSTS: knownHosts,
    },
  };
}

async function recordOf(controlUrl: string): Promise<FleetRecord> {
  const ask = <T>(path: string): Promise<T> => getJson<T>(`${controlUrl}${path}`);
  const [falseAlarms, attempts, faults, transitions] = await Promise.all([
    ask<unknown[]>('/false-alarms'),
    ask<{ executions: number }[]>('/attempts'),
    ask<FaultCount[]>('/faults'),
    ask<Transition[]>('/transitions'),
  ]);
  return {
    faults: faultStory(faults, transitions),
    executedTwice: attempts.filter(({ executions }) => executions > 1).length,
    facts: [{ name: 'false alarms', lines: [`${falseAlarms.length}`], good: falseAlarms.length === 0 }],
  };
}
