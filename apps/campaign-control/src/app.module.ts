import { hostname } from 'node:os';
import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore, Pool } from '@patchtide/event-store';
import type { Bus } from '@patchtide/messaging';
import {
  BUS,
  BusModule,
  LOGGER,
  Metrics,
  POOL,
  type ServiceLogger,
  STORE,
  StoreModule,
} from '@patchtide/service-kit';
import { ChangesController } from './changes.controller';
import type { ControlConfig } from './config';
import { ControlLoop } from './control-loop';
import { CampaignDirectory } from './directory';
import { leaseMigrations, LeaseStore } from './lease-store';
import { LogPump } from './log-pump';

/** What campaign-control consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<ControlConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [
        StoreModule.forRoot({ config, migrations: leaseMigrations }),
        BusModule.forRoot({ name: 'campaign-control', config }),
      ],
      controllers: [ChangesController],
      providers: [
        LogPump,
        ControlLoop,
        {
          provide: LeaseStore,
          inject: [POOL],
          useFactory: (pool: Pool) => new LeaseStore(pool, `${hostname()}-${process.pid}`, config.LEASE_MS),
        },
        {
          provide: CampaignDirectory,
          inject: [STORE, BUS, LeaseStore, LOGGER, Metrics, LogPump],
          useFactory: makeDirectory,
        },
      ],
    };
  }
}

function makeDirectory(
  store: EventStore,
  bus: Bus,
  leases: LeaseStore,
  ...[logger, metrics, pump]: [ServiceLogger, Metrics, LogPump]
) {
  const notice = (message: string, { error, ...detail }: Readonly<Record<string, unknown>>): void => {
    if (error === undefined) logger.info(detail, message);
    else logger.warn({ ...detail, err: error }, message);
  };
  const directory = new CampaignDirectory({ store, bus, leases, notice, onAppended: () => pump.poke() });
  metrics.gauge({ name: 'campaigns_held', help: 'Campaigns that this instance runs.' }, (gauge) =>
    gauge.set(directory.size),
  );
  return directory;
}
