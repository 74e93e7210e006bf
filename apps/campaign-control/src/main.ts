import { consumers, JetStreamStrategy } from '@patchtide/messaging';
import { BUS, runService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { ControlConfig } from './config';

void runService({
  name: 'campaign-control',
  port: 3001,
  env: process.env,
  config: ControlConfig,
  module: (config) => AppModule.with(config),
  strategy: (app) =>
    new JetStreamStrategy({
      bus: app.get(BUS),
      consumers: [{ ...consumers.changes(), concurrency: 4 }, consumers.conditions()],
    }),
});
