import type { Msg } from 'nats';
import type { Delivery } from '../bus';

/** Says a JetStream ack word for a message, or does not, when the message is no longer what its number says. */
export type Say = (msg: Msg, word: string) => void;

/** The documented ack words of JetStream; `say` decides whether they may be sent. */
export function deliveryOf(msg: Msg, say: Say): Delivery {
  const place = placeOf(msg.reply ?? '');
  return {
    subject: msg.subject,
    raw: msg.string(),
    headers: headersOf(msg),
    ...place,
    ack: () => say(msg, '+ACK'),
    nak: (delayMs) =>
      say(msg, delayMs > 0 ? `-NAK ${JSON.stringify({ delay: Math.round(delayMs * 1e6) })}` : '-NAK'),
    working: () => say(msg, '+WPI'),
    term: () => say(msg, '+TERM'),
  };
}

/**
 * The reply subject carries where a message comes from: `$JS.ACK.<stream>.<consumer>.<deliveries>.<sequence>.<consumer
 * sequence>.<nanoseconds>.<pending>`, with domain and account before the stream in its longer form.
 */
export function placeOf(reply: string): Pick<Delivery, 'sequence' | 'deliveries' | 'storedAt'> {
  const tokens = reply.split('.');
  const at = tokens.length >= 11 ? 6 : 4;
  return {
    deliveries: Number(tokens[at]),
    sequence: Number(tokens[at + 1]),
    storedAt: new Date(Number(BigInt(tokens[at + 3] ?? 0) / 1_000_000n)).toISOString(),
  };
}

function headersOf(msg: Msg): Record<string, string> {
  if (msg.headers === undefined) return {};
  return Object.fromEntries(msg.headers.keys().map((key) => [key, msg.headers?.get(key) ?? '']));
}
