import fc from 'fast-check';
import type { JsonSchema } from './payload-schema';

export type Resolve = (reference: string) => JsonSchema;

interface Known {
  $ref?: string;
  const?: unknown;
  enum?: unknown[];
  not?: { enum: unknown[] };
  type?: string | string[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
}

/** Values that fit a documented schema, for tests that hold the code against the document. */
export function fitting(schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> {
  const known = schema as Known;
  if (known.$ref !== undefined) return fitting(resolve(known.$ref), resolve);
  if (known.const !== undefined) return fc.constant(known.const);
  if (known.enum) return fc.constantFrom(...known.enum);
  if (Array.isArray(known.type)) {
    return fc.oneof(...known.type.map((type) => fitting({ ...schema, type }, resolve)));
  }
  switch (known.type) {
    case 'null':
      return fc.constant(null);
    case 'string':
      return texts(known);
    case 'integer':
      return fc.integer({ min: known.minimum ?? -1_000_000, max: known.maximum ?? 1_000_000 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(fitting(known.items ?? {}, resolve), { minLength: known.minItems ?? 0, maxLength: 3 });
    case 'object':
      return objects(known, resolve);
    default:
      throw new Error(`no values known for ${JSON.stringify(schema)}`);
  }
}

function texts({ pattern, format, minLength = 0, maxLength, not }: Known): fc.Arbitrary<string> {
  if (format === 'date-time') {
    const year = { min: new Date('2000-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z') };
    return fc.date({ ...year, noInvalidDate: true }).map((date) => date.toISOString());
  }
  // A pattern without a length says everything; one with a length only forbids some characters.
  const some =
    pattern !== undefined && maxLength === undefined
      ? fc.stringMatching(new RegExp(pattern))
      : fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength ?? 40, 40) });
  const form = new RegExp(pattern ?? '', 'u');
  return some.filter(
    (text) => form.test(text) && text.length <= (maxLength ?? Infinity) && !not?.enum.includes(text),
  );
}

function objects({ properties, required = [], additionalProperties }: Known, resolve: Resolve) {
  if (properties) {
    const model = Object.entries(properties).map(
      ([name, schema]) => [name, fitting(schema, resolve)] as const,
    );
    return fc.record(Object.fromEntries(model), { requiredKeys: required });
  }
  const names = fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => !(name in Object.prototype));
  const values =
    typeof additionalProperties === 'object'
      ? fitting(additionalProperties, resolve)
      : fc.oneof(fc.string(), fc.nat());
  return fc.dictionary(names, values, { maxKeys: 4 });
}
