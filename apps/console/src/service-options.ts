import { type ServiceOptions, serveOpenApi } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { ConsoleConfig } from './config';
import { forwardIncidents } from './http/forward-incidents';

/** How the console is started from an environment. */
export function serviceOptions(env: ServiceOptions<ConsoleConfig>['env']): ServiceOptions<ConsoleConfig> {
  return {
    name: 'console',
    port: 8080,
    env,
    config: ConsoleConfig,
    module: (config) => AppModule.with(config),
    bodyLimit: '64mb',
    configure: (app, { INCIDENTS_URL }) => {
      forwardIncidents(app, INCIDENTS_URL);
      serveOpenApi(app, '/v1/openapi.json', [`${INCIDENTS_URL}/v1/incidents/openapi.json`]);
    },
  };
}
