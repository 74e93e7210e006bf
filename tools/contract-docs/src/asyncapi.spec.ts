import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands, events, messages, parseCloudEvent, streamOf, subjects } from '@patchtide/contracts';
import { cloudEvent, type LoggedEvent } from '@patchtide/event-store';
import { consumers, type DeadLetter, type Problem, topology } from '@patchtide/messaging';
import { getMetadataStorage } from 'class-validator';
import { parse } from 'yaml';
import { ROOT } from './documents';
import type { Shape } from './payload-schema';
import { validatorOf } from './validator';

interface Reference {
  $ref: string;
}
interface Schema {
  $ref?: string;
  properties?: Record<string, Schema & { const?: string }>;
  required?: string[];
}
interface Document {
  'x-jetstream': { streams: unknown[] };
  channels: Record<
    string,
    {
      address: string | null;
      parameters?: Record<string, { enum?: string[] }>;
      messages: Record<string, Reference>;
      'x-jetstream'?: { stream: string };
    }
  >;
  operations: Record<string, { channel: Reference; reply?: { channel: Reference } }>;
  components: {
    messages: Record<string, { description: string; payload: Schema }>;
    schemas: Record<string, Schema>;
  };
}

const document = parse(readFileSync(join(ROOT, 'docs/asyncapi.yaml'), 'utf8')) as Document;
const { channels, components, operations } = document;
const categories: [string, Record<string, Shape>][] = Object.entries(events);
const registered: Record<string, Shape> = Object.assign(
  {},
  ...Object.values(events),
  commands,
  messages,
) as never;
const withoutClass = [
  'ChangeApproved',
  'CommandAccepted',
  'CommandRefused',
  'ConditionPublished',
  'DeadLetter',
];

/** What class-validator checks, read here once more, past the generator. */
function checkedProperties(shape: Shape): { all: string[]; required: string[] } {
  const rules = getMetadataStorage().getTargetValidationMetadatas(shape, '', true, false);
  const all = [...new Set(rules.map(({ propertyName }) => propertyName))];
  const optional = rules
    .filter(({ type }) => type === 'conditionalValidation')
    .map((rule) => rule.propertyName);
  return { all: all.sort(), required: all.filter((name) => !optional.includes(name)).sort() };
}

describe('docs/asyncapi.yaml', () => {
  it.each(Object.entries(registered))('has %s with the properties that are checked', (type, shape) => {
    expect(components.messages[type]?.description).toBeTruthy();
    const schema = components.schemas[type];
    expect({
      all: Object.keys(schema?.properties ?? {}).sort(),
      required: [...(schema?.required ?? [])].sort(),
    }).toEqual(checkedProperties(shape));
  });

  it('has no message that the registry does not have, apart from envelopes and replies', () => {
    const unknown = Object.keys(components.messages).filter((name) => !Object.hasOwn(registered, name));
    expect(unknown.sort()).toEqual(withoutClass);
  });

  it.each(categories)('publishes exactly the events of the category %s on its channel', (category, table) => {
    const channel = channels[`${category}Events`];
    expect(Object.keys(channel?.messages ?? {}).sort()).toEqual(Object.keys(table).sort());
    expect(channel?.parameters?.['type']?.enum).toEqual(Object.keys(table).sort());
  });

  it('has a channel for every message, and an operation for every channel', () => {
    const carried = Object.values(channels).flatMap((channel) => Object.keys(channel.messages));
    expect([...new Set(carried)].sort()).toEqual(Object.keys(components.messages).sort());
    const served = Object.values(operations).flatMap(({ channel, reply }) => [
      channel.$ref,
      reply?.channel.$ref,
    ]);
    const names = new Set(
      served.flatMap((reference) => (reference ? [reference.replace('#/channels/', '')] : [])),
    );
    expect([...names].sort()).toEqual(Object.keys(channels).sort());
  });

  it('refers to nothing that is not there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, found]) => found ?? '',
    );
    const missing = references.filter((reference) => {
      if (reference.startsWith('./')) return !readFileSync(join(ROOT, 'docs', reference), 'utf8');
      const path = reference.slice(2).split('/');
      return (
        path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document) ===
        undefined
      );
    });
    expect(references.length).toBeGreaterThan(100);
    expect(missing).toEqual([]);
  });
});

describe('the addresses', () => {
  const at = (channel: string, values: Record<string, string> = {}) =>
    channels[channel]?.address?.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');

  it('are the subjects that the services use', () => {
    expect(at('changesApproved')).toBe(subjects.changesApproved);
    expect(at('campaignCommands')).toBe(subjects.campaignCommands);
    expect(at('landscapeCommands')).toBe(subjects.landscapeCommands);
    expect(at('work', { zone: 'dc1' })).toBe(subjects.work('host', 'dc1'));
    expect(at('suppressionWork', { zone: 'all' })).toBe(subjects.work('suppression', 'all'));
    expect(at('reports', { campaign: 'CHG1' })).toBe(subjects.reports('CHG1'));
    expect(at('deadLetters', { stream: 'PATCHTIDE_WORK' })).toBe(subjects.dead('PATCHTIDE_WORK'));
  });

  it.each(categories)('of %s events are where the relay publishes them', (category, table) => {
    const stream = streamOf[category as keyof typeof streamOf]('CHG1');
    const [type = ''] = Object.keys(table);
    expect(at(`${category}Events`, { stream, type })).toBe(subjects.event(category, stream, type));
  });

  it('lie in the stream that the channel names', () => {
    expect(document['x-jetstream'].streams).toEqual(JSON.parse(JSON.stringify(topology())));
    for (const { address, 'x-jetstream': jetstream } of Object.values(channels)) {
      const spec = topology().find(({ name }) => name === jetstream?.stream);
      if (jetstream) expect(address).toMatch(new RegExp(`^${spec?.subjects[0]?.replace('>', '')}`));
    }
    expect(channels['work']).toMatchObject({
      'x-jetstream': {
        consumer: { durable: 'host-{zone}', maxDeliver: consumers.work('host', 'dc1').maxDeliver },
      },
    });
  });
});

describe('the envelopes', () => {
  const logged: LoggedEvent = {
    stream: 'campaign-CHG1',
    version: 2,
    position: 17,
    id: '0199e1f2-0000-7000-8000-000000000001',
    type: 'CampaignStarted',
    schemaVersion: 1,
    data: { by: 'k.lindner', at: '2026-11-29T22:00:00Z' },
    meta: { correlation: 'CHG1', actor: 'k.lindner', recordedAt: '2026-11-29T22:00:00Z', causation: 'x' },
    hash: 'a'.repeat(64),
  };

  it('describe what the relay publishes, and what is published is a CloudEvent', () => {
    const published = cloudEvent(logged);
    expect(validatorOf(components.messages['CampaignStarted']?.payload ?? {})(published)).toBe(true);
    expect(parseCloudEvent(published)).toMatchObject({ ok: true });
    const { properties } = components.schemas['PublishedEvent'] ?? {};
    const known = { ...components.schemas['CloudEvent']?.properties, ...properties };
    expect(Object.keys(published).filter((name) => !Object.hasOwn(known, name))).toEqual([]);
  });

  it('are refused by the document with another type or without their place in the log', () => {
    const isPublished = validatorOf(components.messages['CampaignStarted']?.payload ?? {});
    expect(isPublished({ ...cloudEvent(logged), type: 'CampaignClosed' })).toBe(false);
    expect(isPublished({ ...cloudEvent(logged), patchtideposition: undefined })).toBe(false);
    expect(isPublished({ ...cloudEvent(logged), data: { by: 'k.lindner' } })).toBe(false);
  });

  it('have the properties of the types that the code sends', () => {
    const problem: Required<Problem> = {
      type: 'urn:patchtide:problem:outside-window',
      title: 'Not possible now',
      status: 409,
      detail: 'the window is closed',
      code: 'outside-window',
      faults: [{ path: '/window', message: 'is closed', remedy: 'Wait.' }],
      nextStep: 'Wait.',
      instance: 'x',
    };
    const letter: DeadLetter = {
      reason: 'is not a CloudEvent',
      stream: 'PATCHTIDE_CHANGES',
      consumer: 'campaign-control-changes',
      subject: 'patchtide.changes.approved',
      sequence: 1,
      deliveries: 1,
      storedAt: '2026-11-29T22:00:00.000Z',
      headers: {},
      body: '{',
      bodyTruncated: false,
    };
    expect(Object.keys(components.schemas['Problem']?.properties ?? {}).sort()).toEqual(
      Object.keys(problem).sort(),
    );
    expect(Object.keys(components.schemas['DeadLetter']?.properties ?? {}).sort()).toEqual(
      Object.keys(letter).sort(),
    );
    expect(validatorOf(components.messages['CommandRefused']?.payload ?? {})({ ok: false, problem })).toBe(
      true,
    );
    expect(validatorOf(components.messages['DeadLetter']?.payload ?? {})(letter)).toBe(true);
  });
});
