import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { EventStore } from '@patchtide/event-store';
import { STORE } from '@patchtide/service-kit';
import { reportIncident } from './append-incident';
import { DEAD_LETTERS } from './consumers';
import { incidentOf, parseLetter } from './dead-letter-incident';

/** A message put aside is an incident: somebody sent a change that nobody will act on, or a service cannot go on. */
@Controller()
export class DeadLettersController {
  constructor(@Inject(STORE) private readonly store: EventStore) {}

  /** The incident's id comes from the letter, so a repeated delivery finds it already there. */
  @EventPattern(DEAD_LETTERS.durable)
  onDeadLetter(@Payload() message: unknown): Promise<void> {
    const event = incidentOf(parseLetter(message), new Date().toISOString());
    return reportIncident(this.store, event, 'incident-projection');
  }
}
