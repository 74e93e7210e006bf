import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore } from '@patchtide/event-store';
import { BusModule, SHUTDOWN, STORE, StoreModule } from '@patchtide/service-kit';
import type { ImportConfig } from './config';
import { LandscapeCapture } from './landscape-capture';
import { fetchLandscape } from './landscape-source';
import { LandscapesController } from './landscapes.controller';

/** What cmdb-import consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<ImportConfig>): DynamicModule {
    const settings = {
      source: config.CMDB_SOURCE ?? null,
      bearerToken: config.CMDB_TOKEN ?? null,
      timeoutMs: config.CMDB_TIMEOUT_MS,
    };
    return {
      module: AppModule,
      imports: [StoreModule.forRoot({ config }), BusModule.forRoot({ name: 'cmdb-import', config })],
      controllers: [LandscapesController],
      providers: [
        {
          provide: LandscapeCapture,
          inject: [STORE, SHUTDOWN],
          useFactory: (store: EventStore, shutdown: AbortSignal) =>
            new LandscapeCapture(
              store,
              () => fetchLandscape(store, settings, shutdown),
              () => new Date(),
            ),
        },
      ],
    };
  }
}
