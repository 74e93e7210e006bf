import { type DynamicModule, Module } from '@nestjs/common';
import type { EventStore } from '@patchtide/event-store';
import { BusModule, STORE, StoreModule } from '@patchtide/service-kit';
import type { PlannerConfig } from './config';
import { PlanMaker } from './plan-maker';
import { PlansController } from './plans.controller';
import { PolicyFolder } from './policy-folder';

/** What plan-generator consists of. */
@Module({})
export class AppModule {
  static with(config: Readonly<PlannerConfig>): DynamicModule {
    return {
      module: AppModule,
      imports: [StoreModule.forRoot({ config }), BusModule.forRoot({ name: 'plan-generator', config })],
      controllers: [PlansController],
      providers: [
        {
          provide: PlanMaker,
          inject: [STORE],
          useFactory: (store: EventStore) =>
            new PlanMaker(store, new PolicyFolder(config.POLICY_DIR), () => new Date()),
        },
      ],
    };
  }
}
