import { runService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { ConsoleConfig } from './config';
import { forwardIncidents } from './http/forward-incidents';
import { serveOpenApi } from './http/open-api';

void runService({
  name: 'console',
  port: 8080,
  env: process.env,
  config: ConsoleConfig,
  module: (config) => AppModule.with(config),
  bodyLimit: '64mb',
  configure: (app, config) => {
    forwardIncidents(app, config.INCIDENTS_URL);
    serveOpenApi(app);
  },
});
