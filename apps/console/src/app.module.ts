import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore } from '@patchtide/event-store';
import type { Bus } from '@patchtide/messaging';
import { BUS, BusModule, LOGGER, type ServiceLogger, STORE, StoreModule } from '@patchtide/service-kit';
import type { ConsoleConfig } from './config';
import { Campaigns } from './follow/campaigns';
import { FollowRunner } from './follow/follow-runner';
import { LogFollower } from './follow/log-follower';
import { AuditController } from './http/audit.controller';
import { CampaignsController } from './http/campaigns.controller';
import { CommandClient } from './http/command-client';
import { ControlController } from './http/control.controller';

const POLL_MS = 50;

/** What the console's API consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<ConsoleConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [StoreModule.forRoot({ config }), BusModule.forRoot({ name: 'console', config })],
      controllers: [CampaignsController, AuditController, ControlController],
      providers: [
        FollowRunner,
        { provide: Campaigns, inject: [STORE], useFactory: (store: EventStore) => new Campaigns(store) },
        { provide: LogFollower, inject: [STORE, Campaigns, LOGGER], useFactory: makeFollower },
        { provide: CommandClient, inject: [BUS], useFactory: (bus: Bus) => new CommandClient(bus) },
      ],
    };
  }
}

function makeFollower(store: EventStore, campaigns: Campaigns, logger: ServiceLogger): LogFollower {
  return new LogFollower(store, (event) => campaigns.apply(event), {
    pollMs: POLL_MS,
    onError: (error) => logger.error({ err: error }, 'reading the log failed and is tried again'),
  });
}
