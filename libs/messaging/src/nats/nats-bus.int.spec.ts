import { rm } from 'node:fs/promises';
import { startNats } from '@patchtide/embedded';
import { connect, type NatsConnection } from 'nats';
import type { Bus } from '../bus';
import { busContract, type BusHarness } from '../bus.contract';
import { busOver } from './connect-bus';

/** Connections of the suite's own, because one of them is broken on purpose. */
async function natsHarness(): Promise<BusHarness> {
  let server = await startNats();
  const connections = new Map<Bus, NatsConnection>();
  const again = async (): Promise<void> => {
    server = await startNats({ dataDir: server.dataDir, port: server.port });
  };
  return {
    connect: async (onNotice = () => undefined) => {
      const settings = {
        servers: server.url,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 50,
        reconnectJitter: 20,
      };
      const connection = await connect(settings);
      const bus = await busOver(connection, onNotice);
      connections.set(bus, connection);
      return bus;
    },
    vanish: async (bus) => connections.get(bus)?.close(),
    restart: async () => {
      await server.kill();
      await again();
    },
    wipe: async () => {
      await server.kill();
      await rm(server.dataDir, { recursive: true, force: true });
      await again();
    },
    stop: async () => {
      await server.stop();
      await rm(server.dataDir, { recursive: true, force: true });
    },
  };
}

busContract('NATS', natsHarness);
