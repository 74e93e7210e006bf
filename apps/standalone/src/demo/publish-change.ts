import { randomUUID } from 'node:crypto';
import { CHANGE_APPROVED, type Change, type CloudEvent, subjects } from '@patchtide/contracts';
import { connectBus } from '@patchtide/messaging';

/** Publishes an approved change on the bus, as another service would. */
export async function publishChange(natsUrl: string, change: Change): Promise<void> {
  const bus = await connectBus({ url: natsUrl, name: 'demo-change-service' });
  const event: CloudEvent<Change> = {
    specversion: '1.0',
    id: randomUUID(),
    source: 'urn:example:change-service',
    type: CHANGE_APPROVED,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data: change,
  };
  await bus.publish(subjects.changesApproved, event, {
    msgId: event.id,
    headers: { 'content-type': 'application/cloudevents+json' },
  });
  await bus.close();
}
