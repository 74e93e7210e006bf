import { type DynamicModule, Module } from '@nestjs/common';
import { BusModule, ownerUrl, POOL, StoreModule } from '@patchtide/service-kit';
import { DataSource } from 'typeorm';
import type { IncidentConfig } from './config';
import { incidentDataSource, migrateIncidents } from './data-source';
import { DeadLettersController } from './dead-letters.controller';
import { IncidentsController } from './incidents.controller';
import { ProjectionRunner } from './projection-runner';

/** What incident-projection consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<IncidentConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [StoreModule.forRoot({ config }), BusModule.forRoot({ name: 'incident-projection', config })],
      controllers: [IncidentsController, DeadLettersController],
      providers: [
        ProjectionRunner,
        // After POOL, so that the service role exists before tables are granted to it.
        { provide: DataSource, inject: [POOL], useFactory: () => openReadModel(config) },
      ],
    };
  }
}

async function openReadModel(config: Readonly<IncidentConfig>): Promise<DataSource> {
  if (config.DATABASE_MIGRATE === 'on') await migrateIncidents(ownerUrl(config));
  return incidentDataSource(config.DATABASE_URL, 'service').initialize();
}
