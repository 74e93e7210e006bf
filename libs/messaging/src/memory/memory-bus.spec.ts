import { busContract } from '../bus.contract';
import { MemoryBroker } from './memory-broker';
import type { MemoryBus } from './memory-bus';

busContract('the bus in memory', async () => {
  const broker = new MemoryBroker();
  return {
    connect: async (onNotice) => broker.connect(onNotice === undefined ? {} : { onNotice }),
    vanish: async (bus) => (bus as MemoryBus).vanish(),
    restart: async () => broker.restart(),
    wipe: async () => broker.wipe(),
    stop: async () => undefined,
  };
});
