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
import { ConditionLog } from './condition-log';
import { ConditionsController } from './conditions.controller';
import type { ControlConfig } from './config';
import { ControlLoop } from './control-loop';
import { CampaignDirectory } from './directory';
import type { Notice } from './held-campaign';
import type { Leases } from './leases';
import { LogPump } from './log-pump';
import { leaseMigrations, PostgresLeases } from './postgres-leases';

const LEASES = Symbol('leases');

/** What campaign-control consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<ControlConfig>): DynamicModule {
    const holder = `${hostname()}-${process.pid}`;
    return {
      module: AppModule,
      imports: [
        StoreModule.forRoot({ config, migrations: leaseMigrations }),
        BusModule.forRoot({ name: 'campaign-control', config }),
      ],
      controllers: [ChangesController, ConditionsController],
      providers: [
        LogPump,
        {
          provide: ConditionLog,
          inject: [STORE, LogPump],
          useFactory: (store: EventStore, pump: LogPump) =>
            new ConditionLog(store, { now: () => new Date(), onAppended: () => pump.poke() }),
        },
        ControlLoop,
        {
          provide: LEASES,
          inject: [POOL],
          useFactory: (pool: Pool) => new PostgresLeases(pool, holder, config.LEASE_MS),
        },
        {
          provide: CampaignDirectory,
          inject: [STORE, BUS, LEASES, LOGGER, LogPump, Metrics],
          useFactory: makeDirectory,
        },
      ],
    };
  }
}

type Parts = [EventStore, Bus, Leases, ServiceLogger, LogPump, Metrics];

function makeDirectory(...[store, bus, leases, logger, pump, metrics]: Parts): CampaignDirectory {
  const notice: Notice = (message, { error, ...detail }) => {
    if (error === undefined) logger.info(detail, message);
    else logger.warn({ ...detail, err: error }, message);
  };
  const directory = new CampaignDirectory({ store, bus, leases, notice, onAppended: () => pump.poke() });
  metrics.gauge({ name: 'campaigns_held', help: 'Campaigns that this instance runs.' }, (gauge) =>
    gauge.set(directory.size),
  );
  return directory;
}
