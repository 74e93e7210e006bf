import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, runService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { ImportConfig } from './config';
import { ACCEPTED_CHANGES } from './consumers';

void runService({
  name: 'cmdb-import',
  port: 3002,
  env: process.env,
  config: ImportConfig,
  module: (config) => AppModule.with(config),
  strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [ACCEPTED_CHANGES] }),
});
