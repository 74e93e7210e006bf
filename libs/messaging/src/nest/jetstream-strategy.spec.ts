import { MemoryBroker } from '../memory/memory-broker';
import { strategyContract } from './jetstream-strategy.contract';

strategyContract('the bus in memory', async () => ({
  bus: new MemoryBroker().connect(),
  stop: async () => undefined,
}));
