const text = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
} as const;
const ids = {
  type: 'array',
  maxItems: 100_000,
  items: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$' },
} as const;
const instant = { type: 'string', format: 'date-time' } as const;

export const changeSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/change.json',
  title: 'Patchtide change',
  description: 'The approved change request that asks for a campaign.',
  type: 'object',
  additionalProperties: false,
  required: ['id', 'title', 'scope', 'window', 'policy', 'requestedBy'],
  properties: {
    id: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$' },
    title: text,
    scope: {
      description: 'The union of what is listed; an empty scope is the whole landscape.',
      type: 'object',
      additionalProperties: false,
      properties: { applications: ids, servers: ids, tags: ids, sites: ids },
    },
    window: {
      type: 'object',
      additionalProperties: false,
      required: ['start', 'end', 'timezone'],
      properties: { start: instant, end: instant, timezone: { ...text, maxLength: 64 } },
    },
    policy: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    requestedBy: text,
    approvals: {
      type: 'array',
      maxItems: 50,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['by', 'at'],
        properties: { by: text, at: instant },
      },
    },
  },
} as const;
