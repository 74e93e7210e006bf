import { runService, serveOpenApi } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { ConsoleConfig } from './config';
import { forwardIncidents } from './http/forward-incidents';

void runService({
  name: 'console',
  port: 8080,
  env: process.env,
  config: ConsoleConfig,
  module: (config) => AppModule.with(config),
  bodyLimit: '64mb',
  configure: (app, config) => {
    forwardIncidents(app, config.INCIDENTS_URL);
    serveOpenApi(app, '/v1/openapi.json', [`${config.INCIDENTS_URL}/v1/incidents/openapi.json`]);
  },
});
