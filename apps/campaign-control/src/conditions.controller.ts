import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { consumers } from '@patchtide/messaging';
import { ConditionLog } from './condition-log';
import { conditionFromCloudEvent } from './published-condition';

/** Conditions of the business from the bus. What cannot be understood goes to the dead letters with every reason. */
@Controller()
export class ConditionsController {
  constructor(@Inject(ConditionLog) private readonly log: ConditionLog) {}

  @EventPattern(consumers.conditions().durable)
  async onPublished(@Payload() message: unknown) {
    const word = conditionFromCloudEvent(message);
    if (!word.ok) {
      const faults = word.faults.map(({ path, message: what, remedy }) => `${path} ${what}. ${remedy}`);
      return { dead: faults.join('\n') };
    }
    await this.log.record(word.value);
    return 'ack';
  }
}
