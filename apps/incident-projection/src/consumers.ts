import { subjects } from '@patchtide/contracts';
import { type ConsumerSpec, STREAMS } from '@patchtide/messaging';

/** Every message that some service had to put aside. */
export const DEAD_LETTERS: ConsumerSpec = {
  stream: STREAMS.dead,
  durable: 'incident-projection-dead',
  filterSubject: subjects.dead('>'),
  ackWaitMs: 30_000,
  maxDeliver: 100,
  maxAckPending: 100,
};
