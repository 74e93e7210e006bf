import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, runService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { PlannerConfig } from './config';
import { CAPTURED_LANDSCAPES } from './consumers';

void runService({
  name: 'plan-generator',
  port: 3003,
  env: process.env,
  config: PlannerConfig,
  module: (config) => AppModule.with(config),
  strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [CAPTURED_LANDSCAPES] }),
});
