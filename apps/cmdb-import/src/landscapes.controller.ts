import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { parseEvent, subjects } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';
import { JetStreamContext, Poison } from '@patchtide/messaging';
import { LOGGER, type ServiceLogger, STORE } from '@patchtide/service-kit';
import { ACCEPTED_CHANGES } from './consumers';
import { LandscapeCapture } from './landscape-capture';
import { importLandscape } from './landscape-import';

/** What cmdb-import listens to: accepted changes, for which it captures; landscapes handed in, which it makes the present one. */
@Controller()
export class LandscapesController {
  constructor(
    @Inject(LandscapeCapture) private readonly capture: LandscapeCapture,
    @Inject(STORE) private readonly store: EventStore,
    @Inject(LOGGER) private readonly logger: ServiceLogger,
  ) {}

  @EventPattern(ACCEPTED_CHANGES.durable)
  async onChangeAccepted(
    @Payload() message: { readonly type: string; readonly data: unknown },
    @Ctx() { message: { deliveries } }: JetStreamContext,
  ): Promise<void> {
    const parsed = parseEvent('campaign', message.type, message.data);
    if (!parsed.ok || parsed.value.type !== 'ChangeAccepted') {
      throw new Poison(`not a ChangeAccepted event: ${message.type}`);
    }
    const { change, revision } = parsed.value.data;
    const isLastTry = deliveries >= ACCEPTED_CHANGES.maxDeliver;
    const outcome = await this.capture.capture({ campaign: change.id, revision, isLastTry });
    this.logger.info({ campaign: change.id, revision, outcome }, 'landscape asked for');
  }

  @MessagePattern(subjects.landscapeCommands)
  onCommand(@Payload() message: unknown) {
    return importLandscape(this.store, message, new Date());
  }
}
