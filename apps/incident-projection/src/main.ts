import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, runService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { IncidentConfig } from './config';
import { DEAD_LETTERS } from './consumers';

void runService({
  name: 'incident-projection',
  port: 3006,
  env: process.env,
  config: IncidentConfig,
  module: (config) => AppModule.with(config),
  strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [DEAD_LETTERS] }),
});
