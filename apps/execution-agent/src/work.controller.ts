import { Controller, type Type } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { WorkOrder } from '@patchtide/contracts';
import { JetStreamContext } from '@patchtide/messaging';
import { withLogFields } from '@patchtide/service-kit';
import { WorkExecutor } from './work-executor';

/** The entrance for work orders. Made per consumer, because Nest wants the pattern when the class is defined. */
export function workController(durable: string): Type {
  @Controller()
  class WorkController {
    constructor(private readonly executor: WorkExecutor) {}

    @EventPattern(durable)
    async carryOut(@Payload() order: WorkOrder, @Ctx() context: JetStreamContext): Promise<void> {
      const { campaign, job, attemptId } = order;
      await withLogFields({ campaign, job, attemptId }, () => this.executor.carryOut(order, context.message));
    }
  }
  return WorkController;
}
