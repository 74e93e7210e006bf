const word = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' } as const;
const text = {
  type: 'string',
  minLength: 1,
  maxLength: 500,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
} as const;
const duration = { type: 'string', pattern: '^([0-9]+(ms|s|m|h))+$' } as const;
const count = { type: 'integer', minimum: 1 } as const;
const perScope = { anyOf: [count, { type: 'object', additionalProperties: count }] } as const;
const amount = {
  anyOf: [
    { type: 'integer', minimum: 0 },
    { type: 'string', pattern: '^[0-9]{1,3}%$' },
  ],
} as const;
const action = {
  enum: [
    'MUTE',
    'HOLD',
    'STOP',
    'PATCH',
    'REBOOT',
    'VERIFY',
    'START',
    'RELEASE',
    'UNMUTE',
    'MANUAL',
    'CHECK',
  ],
} as const;
const reboot = { enum: ['never', 'if-needed', 'always'] } as const;
const kindStep = {
  type: 'object',
  additionalProperties: false,
  properties: {
    unit: { enum: ['stop', 'start', 'restart', 'active', 'inactive'] },
    command: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', maxLength: 4000 } },
    until: { type: 'boolean' },
    timeout: duration,
  },
  oneOf: [{ required: ['unit'] }, { required: ['command'] }],
} as const;
const steps = { anyOf: [kindStep, { type: 'array', minItems: 1, maxItems: 20, items: kindStep }] } as const;
const kinds = {
  type: 'object',
  propertyNames: word,
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    properties: {
      stop: steps,
      verifyStopped: steps,
      start: steps,
      verifyStarted: steps,
      patch: steps,
      safeToKeep: { type: 'boolean' },
    },
  },
} as const;
const perAction = { type: 'object', propertyNames: action, additionalProperties: duration } as const;

export const policySchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'https://patchtide.dev/schemas/policy.json',
  title: 'Patchtide policy',
  description: 'The standard procedure and its exceptions.',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'tiers', 'patch'],
  properties: {
    name: word,
    tiers: { type: 'array', minItems: 1, maxItems: 20, uniqueItems: true, items: word },
    limits: {
      description:
        'Jobs that may run at the same time, per scope; `cluster`: members that may be down together.',
      type: 'object',
      additionalProperties: false,
      properties: {
        campaign: count,
        site: perScope,
        zone: perScope,
        application: perScope,
        tier: perScope,
        cluster: perScope,
      },
    },
    waves: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name'],
        properties: { name: word, share: { type: 'string', pattern: '^[0-9]{1,3}%$' }, soak: duration },
      },
    },
    budgets: {
      description: 'Failed servers at which a scope stops; reaching the number stops.',
      type: 'object',
      additionalProperties: false,
      properties: {
        campaign: amount,
        tier: { type: 'object', additionalProperties: amount },
        application: amount,
        cluster: amount,
      },
    },
    patch: {
      description: 'Patch method per operating system family (the part of `os` before the first dash).',
      type: 'object',
      propertyNames: word,
      additionalProperties: { enum: ['apt', 'dnf', 'zypper', 'wua', 'none'] },
    },
    reboot,
    clusters: { type: 'object', additionalProperties: { enum: ['limited', 'full-stop'] } },
    outsideDependents: { enum: ['stop-too', 'warn', 'exclude'] },
    kinds,
    reactions: {
      type: 'array',
      maxItems: 100,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['on', 'retry'],
        properties: {
          on: { enum: ['failed', 'timed-out', 'unknown', 'unreachable'] },
          action,
          kind: word,
          tier: word,
          retry: { type: 'integer', minimum: 1, maximum: 20 },
          delay: duration,
        },
      },
    },
    durations: perAction,
    timeouts: perAction,
    exceptions: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['match', 'set', 'owner', 'reason', 'until'],
        properties: {
          match: {
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            properties: { server: text, component: text, application: text, cluster: text, tag: text },
          },
          set: {
            type: 'object',
            additionalProperties: false,
            minProperties: 1,
            properties: { kinds, reboot, exclude: { type: 'boolean' } },
          },
          owner: text,
          reason: text,
          until: { type: 'string', format: 'date' },
        },
      },
    },
  },
} as const;
