import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore, Pool } from '@patchtide/event-store';
import type { Bus } from '@patchtide/messaging';
import {
  BUS,
  BusModule,
  LOGGER,
  Metrics,
  POOL,
  Readiness,
  STORE,
  type ServiceLogger,
  StoreModule,
} from '@patchtide/service-kit';
import { type Parts, assemble } from './assemble';
import { PostgresCampaignIndex, indexMigrations } from './campaign-index';
import { type HostAccess, connectedSystems, openHostAccess } from './connected-systems';
import { Keepers } from './keepers';
import { type SuppressionConfig, leaseSettings } from './suppression-config';
import { WorkController } from './work.controller';
import { WorkExecutor } from './work-executor';

const HOSTS = Symbol('access to the hosts');
const PARTS = Symbol('parts of the service');

/** What monitoring-suppression consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<SuppressionConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [
        StoreModule.forRoot({ config, migrations: indexMigrations }),
        BusModule.forRoot({ name: 'monitoring-suppression', config }),
      ],
      controllers: [WorkController],
      providers: [
        { provide: HOSTS, useFactory: () => openHostAccess(config) },
        { provide: PARTS, inject: [STORE, POOL, BUS, HOSTS, LOGGER, Metrics], useFactory: partsOf(config) },
        { provide: WorkExecutor, inject: [PARTS], useFactory: ({ executor }: Parts) => executor },
        { provide: Keepers, inject: [PARTS, HOSTS, Readiness], useFactory: keepersOf(config) },
      ],
    };
  }
}

function partsOf(config: Readonly<SuppressionConfig>) {
  return (
    ...[store, pool, bus, hosts, logger, metrics]: [EventStore, Pool, Bus, HostAccess, ServiceLogger, Metrics]
  ): Parts => {
    const systems = connectedSystems(config, hosts);
    return assemble({ config, store, bus, logger, metrics, systems, index: new PostgresCampaignIndex(pool) });
  };
}

function keepersOf(config: Readonly<SuppressionConfig>) {
  const { leaseMs } = leaseSettings(config);
  return ({ loops }: Parts, hosts: HostAccess, readiness: Readiness): Keepers => {
    const keepers = new Keepers(loops, hosts);
    readiness.add('keeper', () => keepers.check(Date.now(), leaseMs / 2));
    return keepers;
  };
}
