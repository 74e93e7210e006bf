import { ALL_ZONES } from '@patchtide/contracts';
import { JetStreamStrategy, consumers } from '@patchtide/messaging';
import { BUS, runService } from '@patchtide/service-kit';
import { AppModule } from './app.module';
import { SuppressionConfig } from './suppression-config';

void runService({
  name: 'monitoring-suppression',
  port: 3005,
  env: process.env,
  config: SuppressionConfig,
  module: (config) => AppModule.with(config),
  strategy: (app) => {
    const { SUPPRESSION_CONCURRENCY: concurrency } = app.get(SuppressionConfig);
    const orders = { ...consumers.work('suppression', ALL_ZONES), concurrency };
    return new JetStreamStrategy({ bus: app.get(BUS), consumers: [orders] });
  },
});
