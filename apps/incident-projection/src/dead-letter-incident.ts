import { createHash } from 'node:crypto';
import { type Fault, type IncidentEvent, subjects } from '@patchtide/contracts';
import { type DeadLetter, Poison } from '@patchtide/messaging';

const MAX_FAULTS = 50;
const MAX_SUBJECT = 200;
const MAX_TEXT = 1_000;
const TEXTS = ['stream', 'consumer', 'subject', 'storedAt', 'reason'] as const;
const NUMBERS = ['sequence', 'deliveries'] as const;

type Letter = Pick<DeadLetter, (typeof TEXTS)[number] | (typeof NUMBERS)[number]>;

/** @throws Poison when the message is no dead letter of ours */
export function parseLetter(message: unknown): Letter {
  const letter = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
  const missing = [
    ...TEXTS.filter((name) => typeof letter[name] !== 'string'),
    ...NUMBERS.filter((name) => typeof letter[name] !== 'number'),
  ];
  if (missing.length > 0) throw new Poison(`not a dead letter: it lacks ${missing.join(', ')}`);
  return letter as unknown as Letter;
}

/** The incident that a dead letter is; the same letter always gives the same incident. */
export function incidentOf(letter: Letter, at: string): IncidentEvent {
  const { stream, sequence, consumer, storedAt, reason, deliveries } = letter;
  const identity = JSON.stringify([stream, sequence, consumer, storedAt]);
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 24);
  const isChange = letter.subject === subjects.changesApproved;
  const subject = letter.subject.slice(0, MAX_SUBJECT);
  const remedy = isChange
    ? 'Correct the change and publish it again.'
    : 'Look at the service that consumes this subject.';
  const lines = reason.split('\n');
  const faults = lines
    .slice(0, MAX_FAULTS)
    .map((line): Fault => ({ path: subject, message: line.slice(0, MAX_TEXT), remedy }));
  const summary = isChange
    ? `A message on ${subject} is not an acceptable change: ${lines.length} fault(s).`
    : `A message on ${subject} was put aside after ${deliveries} deliveries.`;
  const kind = isChange ? 'invalid-change' : 'dead-letter';
  return { type: 'IncidentReported', data: { incident: `dead-${key}`, kind, summary, faults, at } };
}
