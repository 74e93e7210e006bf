import { createHash } from 'node:crypto';
import { type Fault, type IncidentEvent, subjects } from '@patchtide/contracts';
import { type DeadLetter, Poison } from '@patchtide/messaging';

const MAX_FAULTS = 50;
const MAX_SUBJECT = 200;
const MAX_TEXT = 1_000;
const TEXTS = ['stream', 'consumer', 'subject', 'storedAt', 'reason'] as const;
const NUMBERS = ['sequence', 'deliveries'] as const;

type Letter = Pick<DeadLetter, (typeof TEXTS)[number] | (typeof NUMBERS)[number]>;

interface Kind {
  readonly kind: Extract<IncidentEvent, { type: 'IncidentReported' }>['data']['kind'];
  /** What the sender meant to send; null where a service of ours could not handle a message. */
  readonly what: string | null;
  readonly remedy: string;
}

const OTHER: Kind = {
  kind: 'dead-letter',
  what: null,
  remedy: 'Look at the service that consumes this subject.',
};
const KINDS: Readonly<Record<string, Kind>> = {
  [subjects.changesApproved]: {
    kind: 'invalid-change',
    what: 'change',
    remedy: 'Correct the change and publish it again.',
  },
  [subjects.conditionsPublished]: {
    kind: 'invalid-condition',
    what: 'condition',
    remedy: 'Correct the condition and publish it again.',
  },
};

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
  const { kind, what, remedy } = KINDS[letter.subject] ?? OTHER;
  const subject = letter.subject.slice(0, MAX_SUBJECT);
  const lines = reason.split('\n');
  const faults = lines
    .slice(0, MAX_FAULTS)
    .map((line): Fault => ({ path: subject, message: line.slice(0, MAX_TEXT), remedy }));
  const summary =
    what === null
      ? `A message on ${subject} was put aside after ${deliveries} deliveries.`
      : `A message on ${subject} is not an acceptable ${what}: ${lines.length} fault(s).`;
  return { type: 'IncidentReported', data: { incident: `dead-${key}`, kind, summary, faults, at } };
}
