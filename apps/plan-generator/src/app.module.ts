import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore, Pool } from '@patchtide/event-store';
import { BusModule, POOL, STORE, StoreModule } from '@patchtide/service-kit';
import type { PlannerConfig } from './config';
import { DurationRunner } from './durations/duration-runner';
import { PastCampaigns } from './durations/past-campaigns';
import { durationMigrations } from './durations/tables';
import { PlanMaker } from './plan-maker';
import { PlansController } from './plans.controller';
import { PolicyFolder } from './policy-folder';

/** What plan-generator consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<PlannerConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [
        StoreModule.forRoot({ config, migrations: durationMigrations }),
        BusModule.forRoot({ name: 'plan-generator', config }),
      ],
      controllers: [PlansController],
      providers: [
        DurationRunner,
        {
          provide: PlanMaker,
          inject: [STORE, POOL],
          useFactory: (store: EventStore, pool: Pool) => {
            const sources = { policies: new PolicyFolder(config.POLICY_DIR), past: new PastCampaigns(pool) };
            return new PlanMaker(store, sources, () => new Date());
          },
        },
      ],
    };
  }
}
