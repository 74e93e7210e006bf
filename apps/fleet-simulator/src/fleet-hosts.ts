import type { Landscape, Server } from '@patchtide/contracts';
import type { SystemClock } from './clock';
import type { FaultBook } from './faults';
import type { FleetOptions } from './fleet-options';
import type { ServerSpec } from './host/host-state';
import { type HostObserver, SimulatedHost } from './host/simulated-host';
import type { Truth } from './host/truth';
import { type KeyPair, knownHostsLine, newKeyPair } from './key-material';
import { isLoopback } from './loopback-addresses';
import type { AlertWatch } from './monitoring/alert-watch';
import { alertsOf } from './monitoring/host-alerts';
import { type EndpointCounters, SshEndpoint } from './ssh/ssh-endpoint';

/** What all hosts of a fleet share. */
export interface World {
  readonly clock: SystemClock;
  readonly truth: Truth;
  readonly faults: FaultBook;
  readonly counters: EndpointCounters;
  readonly clientKey: KeyPair;
}

export interface HostsOptions {
  readonly world: World;
  readonly options: FleetOptions;
  readonly alerts: AlertWatch;
}

export interface FleetHosts {
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
  readonly endpoints: ReadonlyMap<string, SshEndpoint>;
  readonly knownHosts: string;
}

/** One host and one SSH daemon, not yet listening, per server of the landscape. Throws for addresses that are not loopback. */
export function newHosts(landscape: Landscape, { world, options, alerts }: HostsOptions): FleetHosts {
  const hosts = new Map<string, SimulatedHost>();
  const endpoints = new Map<string, SshEndpoint>();
  const { seed = 1, speed = 1, instant = false, hostKeys = 'per-host' } = options;
  const pace = { seed, speed, instant };
  const isRunnerMissing = options.runner === 'missing';
  const observer = observerOf(endpoints, alerts);
  const fleetKey = newKeyPair('simulated fleet');
  const knownHosts = landscape.servers.map((server) => {
    const host = new SimulatedHost({ ...world, spec: specOf(server, landscape), pace, observer });
    const hostKey = hostKeys === 'fleet' ? fleetKey : newKeyPair(server.name);
    const at = listeningAt(server, options);
    const clientPublicKey = world.clientKey.publicKey;
    hosts.set(server.id, host);
    endpoints.set(
      server.id,
      new SshEndpoint({ ...world, ...at, host, hostKey, clientPublicKey, isRunnerMissing }),
    );
    return `${knownHostsLine(at, hostKey)}\n`;
  });
  return { hosts, endpoints, knownHosts: knownHosts.join('') };
}

function listeningAt(
  { name, address, port }: Server,
  options: FleetOptions,
): { address: string; port: number } {
  if (!isLoopback(address)) throw new RangeError(`${name}: ${address} is no loopback address`);
  const chosen = port ?? options.port;
  if (chosen === undefined) throw new RangeError(`${name}: neither the server nor the options have a port`);
  return { address, port: chosen };
}

function specOf(server: Server, { components, batchJobs }: Landscape): ServerSpec {
  return {
    server,
    components: components.filter((component) => component.server === server.id),
    batchJobs: batchJobs.filter((job) => job.server === server.id),
  };
}

/** A host that goes down closes its daemon and raises alarms; one that comes up does the reverse. */
function observerOf(endpoints: ReadonlyMap<string, SshEndpoint>, alerts: AlertWatch): HostObserver {
  const alarms = alertsOf(alerts);
  return {
    hostDown: (host) => {
      endpoints.get(host.id)?.close();
      alarms.hostDown(host);
    },
    hostUp: (host) => {
      endpoints.get(host.id)?.reopen();
      alarms.hostUp(host);
    },
    connectionsCut: (host) => endpoints.get(host.id)?.cut(),
    unitChanged: (host, unit, active) => alarms.unitChanged(host, unit, active),
  };
}
