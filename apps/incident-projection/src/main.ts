import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, runService, serveOpenApi } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { IncidentConfig } from './config';
import { DEAD_LETTERS } from './consumers';

void runService({
  name: 'incident-projection',
  port: 3006,
  env: process.env,
  config: IncidentConfig,
  module: (config) => AppModule.with(config),
  configure: (app) => serveOpenApi(app, '/v1/incidents/openapi.json'),
  strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [DEAD_LETTERS] }),
});
