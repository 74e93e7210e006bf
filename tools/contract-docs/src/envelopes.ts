import {
  CHANGE_APPROVED,
  CONDITION_MET,
  CONDITION_WITHDRAWN,
  PublishedCondition,
} from '@patchtide/contracts';
import type { JsonSchema } from './payload-schema';

// What travels around the payloads. These have no class: they are written here, and asyncapi.spec.ts holds them against
// what the code really sends.

const text = { type: 'string', minLength: 1, maxLength: 1000 };
const instant = { type: 'string', format: 'date-time' };
const count = { type: 'integer', minimum: 1 };

const cloudEvent: JsonSchema = {
  description: 'A CloudEvents 1.0 envelope in structured JSON mode.',
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'data'],
  properties: {
    specversion: { const: '1.0' },
    id: { ...text, description: 'Chosen by the sender; sending it again is harmless.' },
    source: text,
    type: text,
    subject: { type: 'string' },
    time: instant,
    datacontenttype: { type: 'string', description: 'A JSON media type.' },
    data: {},
  },
};

const publishedEvent: JsonSchema = {
  description: 'How an event is published: its payload, with its place in its stream and in the global log.',
  allOf: [{ $ref: '#/components/schemas/CloudEvent' }],
  type: 'object',
  required: [
    ...['subject', 'time', 'datacontenttype', 'patchtideposition', 'patchtideversion', 'patchtideschema'],
    ...['patchtidecorrelation', 'patchtideactor', 'patchtidehash'],
  ],
  properties: {
    source: { const: 'patchtide' },
    subject: { type: 'string', description: 'The stream: `<category>-<id>`.' },
    patchtideposition: { ...count, description: 'Position in the global log: 1, 2, 3, … without gaps.' },
    patchtideversion: { ...count, description: 'Position in its stream: 1, 2, 3, …' },
    patchtideschema: { ...count, description: 'Version of the payload of this type.' },
    patchtidecorrelation: { type: 'string', description: "The campaign's id." },
    patchtidecausation: { type: 'string', description: 'Id of the event or command that led to this.' },
    patchtideactor: { type: 'string', description: 'The person or service that decided.' },
    patchtidehash: {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      description: 'Hash of the chain of its stream up to and including this event.',
    },
  },
};

const fault: JsonSchema = {
  type: 'object',
  required: ['path', 'message'],
  properties: {
    path: { type: 'string', description: 'JSON pointer to what is wrong.' },
    message: { type: 'string' },
    remedy: { type: 'string', description: 'What to do about it.' },
  },
};

const problem: JsonSchema = {
  description: 'RFC 9457 problem details.',
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'The stable code of the rule that said no.' },
    faults: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
    nextStep: { type: 'string' },
    instance: { type: 'string' },
  },
};

const deadLetter: JsonSchema = {
  type: 'object',
  required: [
    ...['reason', 'stream', 'consumer', 'subject', 'sequence', 'deliveries', 'storedAt', 'headers', 'body'],
    'bodyTruncated',
  ],
  properties: {
    reason: { type: 'string', maxLength: 2000, description: 'Why it could not be handled.' },
    stream: { type: 'string' },
    consumer: { type: 'string' },
    subject: { type: 'string' },
    sequence: { type: 'integer' },
    deliveries: { type: 'integer' },
    storedAt: { type: 'string', format: 'date-time' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: { type: 'string', description: 'The original text, at most 128 Ki characters.' },
    bodyTruncated: { type: 'boolean' },
  },
};

export const envelopeSchemas: Readonly<Record<string, JsonSchema>> = {
  CloudEvent: cloudEvent,
  PublishedEvent: publishedEvent,
  Fault: fault,
  Problem: problem,
  DeadLetter: deadLetter,
};

const envelope = (name: string, type: string, data: JsonSchema) => ({
  allOf: [{ $ref: `#/components/schemas/${name}` }],
  type: 'object',
  properties: { type: { const: type }, data },
});

export const asPublishedEvent = (type: string) =>
  envelope('PublishedEvent', type, { $ref: `#/components/schemas/${type}` });

export const asCommand = (type: string): JsonSchema => ({
  type: 'object',
  required: ['type', 'data'],
  properties: { type: { const: type }, data: { $ref: `#/components/schemas/${type}` } },
});

/** Messages that carry no registered class. */
export const plainMessages: Readonly<Record<string, { description: string; payload: JsonSchema }>> = {
  ChangeApproved: {
    description: 'Another service says that a change is approved. A valid one begins a campaign.',
    payload: envelope('CloudEvent', CHANGE_APPROVED, { $ref: './schemas/change.json' }),
  },
  ConditionPublished: {
    description:
      'Another service says that a condition of the business is met, or that it is not met any more.',
    payload: {
      allOf: [{ $ref: '#/components/schemas/CloudEvent' }],
      type: 'object',
      properties: {
        type: { enum: [CONDITION_MET, CONDITION_WITHDRAWN] },
        data: { $ref: `#/components/schemas/${PublishedCondition.name}` },
      },
    },
  },
  CommandAccepted: {
    description: 'The command was carried out; what else is in the reply depends on the command.',
    payload: { type: 'object', required: ['ok'], properties: { ok: { const: true } } },
  },
  CommandRefused: {
    description: 'The command was refused, with the reason and the next step.',
    payload: {
      type: 'object',
      required: ['ok', 'problem'],
      properties: { ok: { const: false }, problem: { $ref: '#/components/schemas/Problem' } },
    },
  },
  DeadLetter: {
    description: 'A message that could not be handled, put aside with its reason so that it blocks nothing.',
    payload: { $ref: '#/components/schemas/DeadLetter' },
  },
};
