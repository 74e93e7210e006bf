import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, ConfigInvalid, runService, serveOpenApi, withoutSecrets } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { IncidentConfig } from './config';
import { DEAD_LETTERS } from './consumers';
import { rebuild } from './rebuild';

/** `node main.js` serves; `node main.js rebuild` makes running instances build their read model anew. */
if (process.argv[2] === 'rebuild') {
  rebuild(process.env).then(
    () => process.stderr.write('the incidents are being built anew from the events\n'),
    (error: Error) => {
      process.stderr.write(`incident-projection: ${withoutSecrets(error.message)}\n`);
      process.exitCode = error instanceof ConfigInvalid ? 2 : 1;
    },
  );
} else {
  void runService({
    name: 'incident-projection',
    port: 3006,
    env: process.env,
    config: IncidentConfig,
    module: (config) => AppModule.with(config),
    configure: (app) => serveOpenApi(app, '/v1/incidents/openapi.json'),
    strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [DEAD_LETTERS] }),
  });
}
