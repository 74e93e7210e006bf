// Building blocks of the published schemas. `$comment` is what the person who wrote the value is told to do.

/** What every object inherits. As a key it would find a function where the landscape or the policy has nothing. */
const inherited = [
  ...['constructor', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable'],
  ...['toLocaleString', 'toString', 'valueOf'],
];

const token = (allowed: string, max: number, said: string) => ({
  type: 'string',
  pattern: `^[A-Za-z0-9][${allowed}]{0,${max - 1}}$`,
  not: { enum: inherited },
  $comment: `Use 1 to ${max} letters, digits, ${said}, a letter or digit first.`,
});

/** Ids become path elements on hosts, subject tokens and URL segments, so they are narrow on purpose. */
export const id = token('A-Za-z0-9._-', 128, '"." "_" and "-"');
export const word = token('A-Za-z0-9._-', 64, '"." "_" and "-"');
export const campaignId = token('A-Za-z0-9_-', 64, '"_" and "-"');

/** Control characters, line breaks, half characters, and the marks that make text read in another order than it is. */
const UNSEEN = '\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff';

/** What people call things: data, never part of a command line. */
export const label = (min: 0 | 1, max: number) => ({
  type: 'string',
  minLength: min,
  maxLength: max,
  pattern: `^[^${UNSEEN}]*$`,
  $comment: `Use ${min === 0 ? 'at most' : `${min} to`} ${max} characters without line breaks and control characters.`,
});

export const duration = {
  type: 'string',
  pattern: '^([0-9]+(ms|s|m|h))+$',
  $comment: 'Write it like 90s, 10m or 1h30m.',
};
export const instant = {
  type: 'string',
  format: 'date-time',
  $comment: 'Write a moment that exists, with its zone, like 2026-11-29T22:00:00+01:00.',
};
export const day = {
  type: 'string',
  format: 'date',
  $comment: 'Write a day that exists, like 2027-03-31.',
};

/** A field with its meaning here. */
export const described = <T extends object>(description: string, field: T) => ({ description, ...field });

/** An object with exactly these properties. */
export const record = (required: readonly string[], properties: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});

export const list = (items: object, max: number) => ({ type: 'array', maxItems: max, items });
