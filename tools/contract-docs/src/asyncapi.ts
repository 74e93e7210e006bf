import { commands, events, messages, PublishedCondition } from '@patchtide/contracts';
import { topology } from '@patchtide/messaging';
import { type Channel, channels, type Operation, operations } from './channels';
import type { Documented } from './doc-comments';
import { asCommand, asPublishedEvent, envelopeSchemas, plainMessages } from './envelopes';
import { type JsonSchema, payloadSchema, type Shape } from './payload-schema';

type Shapes = Readonly<Record<string, Shape>>;

const INTRODUCTION = `Everything that travels between Patchtide's services, and between them and others.
Written by \`npx nx run contract-docs:generate\` from libs/contracts and libs/messaging; a test holds it against them.

Postgres is the truth: every stream may be wiped and is filled again. Delivery is at least once; ids make repeats harmless.
Properties that are not listed here are refused.`;

export const payloadClasses: Shapes = Object.assign({}, ...Object.values(events), commands, messages, {
  PublishedCondition,
}) as Shapes;

/** Messages that other services send as CloudEvents. */
const FROM_OTHERS = ['ChangeApproved', 'ConditionPublished'];

/** The AsyncAPI document, as plain data. */
export function asyncApi(comments: ReadonlyMap<string, Documented>, version: string): JsonSchema {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Patchtide',
      version,
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { nats: { host: 'localhost:4222', protocol: 'nats', description: 'NATS with JetStream.' } },
    'x-jetstream': { streams: topology() },
    channels: mapValues(channels, channelOf),
    operations: mapValues(operations, operationOf),
    components: { messages: messagesOf(comments), schemas: schemasOf(comments) },
  };
}

function mapValues<T>(table: Readonly<Record<string, T>>, make: (value: T) => JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, make(value)]));
}

function channelOf(channel: Channel): JsonSchema {
  const { description, address, parameters, messages: names, stream, consumer } = channel;
  return {
    address,
    description,
    ...(parameters && { parameters }),
    messages: Object.fromEntries(names.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    ...(stream && { 'x-jetstream': { stream, ...(consumer && { consumer }) } }),
  };
}

function operationOf({ action, channel, summary, hasReply }: Operation): JsonSchema {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    summary,
    ...(hasReply && { reply: { channel: { $ref: '#/channels/replies' } } }),
  };
}

function messagesOf(comments: ReadonlyMap<string, Documented>): JsonSchema {
  const made: Record<string, JsonSchema> = {};
  const add = (names: readonly string[], contentType: string, payloadOf: (type: string) => JsonSchema) => {
    for (const name of names)
      made[name] = message(name, contentType, payloadOf(name), commentOf(comments, name));
  };
  for (const table of Object.values(events)) {
    add(Object.keys(table), 'application/cloudevents+json', asPublishedEvent);
  }
  add(Object.keys(commands), 'application/json', asCommand);
  add(Object.keys(messages), 'application/json', (type) => ({ $ref: `#/components/schemas/${type}` }));
  for (const [name, { description, payload }] of Object.entries(plainMessages)) {
    const contentType = FROM_OTHERS.includes(name) ? 'application/cloudevents+json' : 'application/json';
    made[name] = message(name, contentType, payload, description);
  }
  return byName(made);
}

/** Another compiler keeps the classes in another order; the document must not change with it. */
function byName<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function message(name: string, contentType: string, payload: JsonSchema, description: string): JsonSchema {
  return { name, contentType, description, payload };
}

function schemasOf(comments: ReadonlyMap<string, Documented>): JsonSchema {
  const made: Record<string, JsonSchema> = {};
  const open = Object.values(payloadClasses);
  for (let shape = open.shift(); shape; shape = open.shift()) {
    if (made[shape.name]) continue;
    const { schema, nested } = payloadSchema(shape);
    made[shape.name] = withComments(schema, comments.get(shape.name));
    open.push(...nested);
  }
  return byName({ ...envelopeSchemas, ...made });
}

function withComments(schema: JsonSchema, comment: Documented | undefined): JsonSchema {
  const properties = Object.entries(schema['properties'] as Record<string, JsonSchema>).map(
    ([name, property]) => {
      const description = comment?.properties[name];
      return [name, description && !property['$ref'] ? { description, ...property } : property];
    },
  );
  const description = comment?.text ? { description: comment.text } : {};
  return { ...description, ...schema, properties: Object.fromEntries(properties) as JsonSchema };
}

function commentOf(comments: ReadonlyMap<string, Documented>, name: string): string {
  const text = comments.get(name)?.text;
  if (!text) throw new Error(`${name} has no doc comment: say above the class what the message means`);
  return text;
}
