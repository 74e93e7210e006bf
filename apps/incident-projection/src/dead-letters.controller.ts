import { createHash } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type Fault, type IncidentEvent, streamOf, subjects } from '@patchtide/contracts';
import type { EventStore } from '@patchtide/event-store';
import type { DeadLetter } from '@patchtide/messaging';
import { STORE } from '@patchtide/service-kit';
import { DEAD_LETTERS } from './consumers';
import { appendIncident } from './handle-incident';

/** A message put aside is an incident: somebody sent a change that nobody will act on, or a service cannot go on. */
@Controller()
export class DeadLettersController {
  constructor(@Inject(STORE) private readonly store: EventStore) {}

  @EventPattern(DEAD_LETTERS.durable)
  async onDeadLetter(@Payload() letter: DeadLetter): Promise<void> {
    const event = incidentOf(letter, new Date().toISOString());
    // The id comes from the letter, so a repeated delivery finds the incident already there.
    if ((await this.store.read(streamOf.incident(event.data.incident), 1, 1)).length > 0) return;
    await appendIncident(this.store, event, 'incident-projection');
  }
}

const MAX_FAULTS = 50;

function incidentOf(letter: DeadLetter, at: string): IncidentEvent {
  const { stream, sequence, consumer, storedAt, reason, subject } = letter;
  const key = createHash('sha256')
    .update(JSON.stringify([stream, sequence, consumer, storedAt]))
    .digest('hex');
  const isChange = subject === subjects.changesApproved;
  const faults = reason
    .split('\n')
    .slice(0, MAX_FAULTS)
    .map((line): Fault => ({
      path: subject,
      message: line.slice(0, 1000),
      remedy: isChange
        ? 'Correct the change and publish it again.'
        : 'Look at the service that consumes this subject.',
    }));
  const summary = isChange
    ? `A message on ${subject} is not an acceptable change: ${faults.length} fault(s).`
    : `A message on ${subject} was put aside after ${letter.deliveries} deliveries.`;
  return {
    type: 'IncidentReported',
    data: {
      incident: `dead-${key.slice(0, 24)}`,
      kind: isChange ? 'invalid-change' : 'dead-letter',
      summary,
      faults,
      at,
    },
  };
}
