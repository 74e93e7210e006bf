import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { consumers } from '@patchtide/messaging';
import { Rejected } from '@patchtide/domain';
import { changeFromCloudEvent } from './accept-change';
import { CampaignDirectory } from './directory';

/** How long a change waits for the instance that holds its campaign. Its tries must outlast a takeover. */
const OTHER_INSTANCE_MS = 2_000;

/** Approved changes from the bus. One that cannot be accepted goes to the dead letters with every reason. */
@Controller()
export class ChangesController {
  constructor(@Inject(CampaignDirectory) private readonly directory: CampaignDirectory) {}

  @EventPattern(consumers.changes().durable)
  async onApproved(@Payload() message: unknown) {
    const change = changeFromCloudEvent(message);
    if (!change.ok) {
      const faults = change.faults.map(({ path, message: what, remedy }) => `${path} ${what}. ${remedy}`);
      return { dead: faults.join('\n') };
    }
    try {
      const events = await this.directory.submitChange(change.value, change.value.requestedBy);
      return events === undefined ? { nak: OTHER_INSTANCE_MS } : 'ack';
    } catch (error) {
      if (error instanceof Rejected) return { dead: `${error.message}. ${error.nextStep}` };
      throw error;
    }
  }
}
