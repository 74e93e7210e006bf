import type { Landscape } from '@patchtide/contracts';
import { SystemClock } from './clock';
import { startControl } from './control/control-server';
import { FaultBook } from './faults';
import { type FleetDocuments, type FleetFiles, writeFleetFiles } from './fleet-files';
import { newHosts, type World } from './fleet-hosts';
import type { FleetOptions } from './fleet-options';
import type { SimulatedHost } from './host/simulated-host';
import { Truth } from './host/truth';
import { type KeyPair, newKeyPair } from './key-material';
import { demoFaults } from './landscape/demo-faults';
import { generateLandscape } from './landscape/generate-landscape';
import { freePort, loopbackAddress } from './loopback-addresses';
import { type MonitoringSystem, newMonitoringState, startMonitoring } from './monitoring/monitoring-system';
import type { EndpointCounters, SshEndpoint } from './ssh/ssh-endpoint';
import { WebhookReceiver } from './webhook/webhook-receiver';

/** A running fleet. Everything stops with `stop`. */
export interface Fleet {
  readonly landscape: Landscape;
  readonly hosts: ReadonlyMap<string, SimulatedHost>;
  readonly truth: Truth;
  readonly faults: FaultBook;
  readonly monitoring: MonitoringSystem;
  readonly counters: EndpointCounters;
  readonly clientKey: KeyPair;
  /** Text of a `known_hosts` file for all hosts. */
  readonly knownHosts: string;
  readonly controlUrl: string;
  readonly alertmanagerUrl: string;
  readonly webhookUrl: string;
  /** Present when a directory was given. */
  readonly files?: FleetFiles;
  stop(): Promise<void>;
}

/** Starts all hosts, the monitoring system and the control server; rejects when an address is taken. */
export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const landscape = await landscapeFor(options);
  const world = newWorld(landscape, options);
  const state = newMonitoringState(world.clock);
  const { hosts, endpoints, knownHosts } = newHosts(landscape, { world, options, alerts: state.alerts });
  const servers: Stoppable[] = [{ close: () => stopHosts(world, endpoints) }];
  const stop = async () => void (await Promise.all(servers.map((server) => server.close())));
  try {
    await Promise.all([...endpoints.values()].map((endpoint) => endpoint.open()));
    const monitoring = await startMonitoring(state);
    servers.push(monitoring);
    const webhooks = new WebhookReceiver({ ...state, secret: options.webhookSecret });
    const control = await startControl({ ...world, hosts, monitoring, webhooks });
    servers.push(control);
    const documents = { landscape, knownHosts, clientKey: world.clientKey };
    const files = await filesFor(documents, options);
    const urls = {
      controlUrl: control.url,
      alertmanagerUrl: monitoring.url,
      webhookUrl: `${control.url}/webhook`,
    };
    return { ...documents, ...world, ...urls, hosts, monitoring, ...(files && { files }), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Stoppable {
  close(): Promise<void>;
}

async function stopHosts({ clock }: World, endpoints: ReadonlyMap<string, SshEndpoint>): Promise<void> {
  clock.stop();
  for (const endpoint of endpoints.values()) endpoint.close();
}

async function filesFor(documents: FleetDocuments, { directory, landscapeFile }: FleetOptions) {
  return directory === undefined ? undefined : writeFleetFiles(directory, documents, landscapeFile);
}

function newWorld(landscape: Landscape, { faults = [], seed = 1 }: FleetOptions): World {
  return {
    clock: new SystemClock(),
    truth: new Truth(),
    faults: new FaultBook(faults === 'demo' ? demoFaults(landscape, seed) : faults),
    counters: { connections: 0, execs: 0 },
    clientKey: newKeyPair('patchtide simulated fleet'),
  };
}

async function landscapeFor(options: FleetOptions): Promise<Landscape> {
  const { landscape, servers = 200, seed = 1, addressBase = '127.10' } = options;
  if (landscape !== undefined) return landscape;
  const port = options.port ?? (await freePort(loopbackAddress(addressBase, 0)));
  const { applications } = options;
  return generateLandscape({
    servers,
    seed,
    addressBase,
    port,
    ...(applications !== undefined && { applications }),
  });
}
