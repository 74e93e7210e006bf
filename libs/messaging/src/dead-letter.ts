import { subjects } from '@patchtide/contracts';
import type { Bus, Delivery } from './bus';
import { type ConsumerSpec, STREAMS } from './topology';

/** The body of a message on `patchtide.dead.<stream>`. */
export interface DeadLetter {
  readonly reason: string;
  readonly stream: string;
  readonly consumer: string;
  readonly subject: string;
  readonly sequence: number;
  readonly deliveries: number;
  readonly storedAt: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The original text, at most 128 Ki characters. */
  readonly body: string;
  readonly bodyTruncated: boolean;
}

// A dead letter must itself fit the server's 1 MiB, even when JSON escapes every character.
const MAX_BODY = 128 * 1024;
const MAX_REASON = 2_000;

export function deadLetter(spec: ConsumerSpec, delivery: Delivery, reason: string): DeadLetter {
  return {
    reason: reason.slice(0, MAX_REASON),
    stream: spec.stream,
    consumer: spec.durable,
    subject: delivery.subject,
    sequence: delivery.sequence,
    deliveries: delivery.deliveries,
    storedAt: delivery.storedAt,
    headers: delivery.headers,
    body: delivery.raw.slice(0, MAX_BODY),
    bodyTruncated: delivery.raw.length > MAX_BODY,
  };
}

/** Stores the dead letter; repeating it is harmless. The dead letters' own failures are only reported: they would circle. */
export async function bury(bus: Bus, spec: ConsumerSpec, letter: DeadLetter): Promise<void> {
  bus.notify({
    code: 'dead-letter',
    message: 'a message was put aside',
    detail: {
      consumer: letter.consumer,
      subject: letter.subject,
      sequence: letter.sequence,
      reason: letter.reason,
    },
  });
  if (spec.stream === STREAMS.dead) return;
  const { stream, consumer, sequence, storedAt } = letter;
  await bus.publish(subjects.dead(stream), letter, {
    msgId: `dead:${stream}:${consumer}:${sequence}:${storedAt}`,
  });
}
