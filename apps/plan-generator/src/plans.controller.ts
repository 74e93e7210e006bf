import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { parseEvent } from '@patchtide/contracts';
import { Poison } from '@patchtide/messaging';
import { LOGGER, type ServiceLogger } from '@patchtide/service-kit';
import { CAPTURED_LANDSCAPES } from './consumers';
import { PlanMaker } from './plan-maker';

/** Makes a plan for every landscape that was captured for a campaign. */
@Controller()
export class PlansController {
  constructor(
    @Inject(PlanMaker) private readonly maker: PlanMaker,
    @Inject(LOGGER) private readonly logger: ServiceLogger,
  ) {}

  @EventPattern(CAPTURED_LANDSCAPES.durable)
  async onCaptured(@Payload() message: { type: string; data: unknown }): Promise<void> {
    const parsed = parseEvent('landscape', message.type, message.data);
    if (!parsed.ok || parsed.value.type !== 'LandscapeCaptured')
      throw new Poison(`not a LandscapeCaptured event: ${message.type}`);
    const { campaign, revision } = parsed.value.data;
    const outcome = await this.maker.makePlan(parsed.value.data);
    this.logger.info({ campaign, revision, outcome }, 'plan asked for');
  }
}
