import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore } from '@patchtide/event-store';
import type { Bus } from '@patchtide/messaging';
import { BUS, BusModule, LOGGER, type ServiceLogger, STORE, StoreModule } from '@patchtide/service-kit';
import type { ConsoleConfig } from './config';
import { Campaigns } from './follow/campaigns';
import { FollowRunner } from './follow/follow-runner';
import { LogFollower } from './follow/log-follower';
import { CAMPAIGNS, type ShownCampaigns } from './follow/shown-campaigns';
import { AuditController } from './http/audit.controller';
import { CampaignsController } from './http/campaigns.controller';
import { CommandClient } from './http/command-client';
import { ComplianceController } from './http/compliance.controller';
import { ControlController } from './http/control.controller';
import { StreamController } from './http/stream.controller';
import { campaignView } from './views/campaign-view';

const POLL_MS = 50;

/** What the console's API consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<ConsoleConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [StoreModule.forRoot({ config }), BusModule.forRoot({ name: 'console', config })],
      controllers: [
        CampaignsController,
        AuditController,
        ComplianceController,
        StreamController,
        ControlController,
      ],
      providers: [
        FollowRunner,
        { provide: CAMPAIGNS, inject: [STORE, LOGGER], useFactory: makeCampaigns },
        { provide: LogFollower, inject: [STORE, CAMPAIGNS, LOGGER], useFactory: makeFollower },
        { provide: CommandClient, inject: [BUS], useFactory: (bus: Bus) => new CommandClient(bus) },
      ],
    };
  }
}

function makeCampaigns(store: EventStore, logger: ServiceLogger): ShownCampaigns {
  return new Campaigns(store, {
    summarize: campaignView,
    onUnreadable: (error) =>
      logger.error({ err: error, campaign: error.campaign }, 'a campaign cannot be shown'),
  });
}

function makeFollower(store: EventStore, campaigns: ShownCampaigns, logger: ServiceLogger): LogFollower {
  return new LogFollower(store, (event) => campaigns.apply(event), {
    pollMs: POLL_MS,
    onError: (error) => logger.error({ err: error }, 'reading the log failed and is tried again'),
  });
}
