import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { ALL_ZONES, WorkOrder, subjects } from '@patchtide/contracts';
import { JetStreamContext } from '@patchtide/messaging';
import { withLogFields } from '@patchtide/service-kit';
import { WorkExecutor } from './work-executor';

/** The entrance for work orders about mutes and holds. */
@Controller()
export class WorkController {
  constructor(@Inject(WorkExecutor) private readonly executor: WorkExecutor) {}

  @EventPattern(subjects.work('suppression', ALL_ZONES))
  async carryOut(@Payload() order: WorkOrder, @Ctx() context: JetStreamContext): Promise<void> {
    const { campaign, job, attemptId } = order;
    await withLogFields({ campaign, job, attemptId }, () =>
      this.executor.carryOut(order, context.message.signal),
    );
  }
}
