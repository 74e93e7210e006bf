/** CI names are data: any text without control characters. Ids are narrow because they become paths and subjects. */
const id = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' } as const;
const name = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f\\u2028\\u2029]+$',
} as const;
const word = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' } as const;
/** Zones become tokens of a subject, where a dot has a meaning. */
const zone = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' } as const;
const text = { type: 'string', maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' } as const;
const unit = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9:_.@\\\\-]{0,254}$' } as const;
const ref = { type: 'object', maxProperties: 50 } as const;

const list = (required: readonly string[], properties: object) => ({
  type: 'array',
  maxItems: 200_000,
  items: { type: 'object', additionalProperties: false, required, properties },
});

export const landscapeSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/landscape.json',
  title: 'Patchtide landscape',
  description: 'The CIs and relations of an estate, as they come from the CMDB.',
  type: 'object',
  additionalProperties: false,
  required: ['servers'],
  properties: {
    servers: list(['id', 'name', 'address', 'os'], {
      id,
      name,
      address: { type: 'string', pattern: '^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$' },
      port: { type: 'integer', minimum: 1, maximum: 65535 },
      os: word,
      zone,
      site: word,
      environment: word,
      owner: text,
      tags: { type: 'array', maxItems: 100, items: word },
    }),
    components: list(['id', 'name', 'kind', 'tier', 'server', 'application'], {
      id,
      name,
      kind: word,
      tier: word,
      server: id,
      application: id,
      cluster: id,
      owner: text,
      unit,
      attributes: {
        type: 'object',
        maxProperties: 50,
        propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' },
        additionalProperties: { anyOf: [text, { type: 'number' }, { type: 'boolean' }] },
      },
    }),
    applications: list(['id', 'name'], {
      id,
      name,
      owner: text,
      criticality: { enum: ['low', 'medium', 'high'] },
    }),
    relations: list(['type', 'from', 'to'], { type: { enum: ['dependsOn', 'runsOn'] }, from: id, to: id }),
    batchJobs: list(['id', 'name', 'server', 'system', 'ref'], {
      id,
      name,
      server: id,
      system: word,
      ref: { anyOf: [{ ...text, minLength: 1 }, ref] },
    }),
    monitors: list(['id', 'ci', 'system', 'ref'], { id, ci: id, system: word, ref }),
  },
} as const;
