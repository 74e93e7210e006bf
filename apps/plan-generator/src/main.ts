import { JetStreamStrategy } from '@patchtide/messaging';
import { BUS, ConfigInvalid, runService, withoutSecrets } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { PlannerConfig } from './config';
import { CAPTURED_LANDSCAPES } from './consumers';
import { rebuildDurations } from './durations/rebuild';

/** `node main.js` serves; `node main.js rebuild` makes running instances keep the durations of past campaigns anew. */
if (process.argv[2] === 'rebuild') {
  rebuildDurations(process.env).then(
    () => process.stderr.write('the durations are being kept anew from the events\n'),
    (error: Error) => {
      process.stderr.write(`plan-generator: ${withoutSecrets(error.message)}\n`);
      process.exitCode = error instanceof ConfigInvalid ? 2 : 1;
    },
  );
} else {
  void runService({
    name: 'plan-generator',
    port: 3003,
    env: process.env,
    config: PlannerConfig,
    module: (config) => AppModule.with(config),
    strategy: (app) => new JetStreamStrategy({ bus: app.get(BUS), consumers: [CAPTURED_LANDSCAPES] }),
  });
}
