import { startNats } from '@patchtide/embedded';
import { connectBus } from '../nats/connect-bus';
import { strategyContract } from './jetstream-strategy.contract';

strategyContract('JetStream', async () => {
  const server = await startNats();
  return { bus: await connectBus({ url: server.url, name: 'strategy' }), stop: () => server.stop() };
});
