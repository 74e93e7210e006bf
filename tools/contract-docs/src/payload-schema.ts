import { getMetadataStorage } from 'class-validator';

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];
export type JsonSchema = Record<string, unknown>;
export type Shape = new () => object;

/** The JSON Schema of a payload class, read from the decorators that check it, and the classes that it refers to. */
export function payloadSchema(shape: Shape): { schema: JsonSchema; nested: Shape[] } {
  const byName = new Map<string, Metadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(shape, '', true, false)) {
    byName.set(metadata.propertyName, [...(byName.get(metadata.propertyName) ?? []), metadata]);
  }
  const properties: Record<string, JsonSchema> = {};
  const nested: Shape[] = [];
  for (const [name, rules] of byName) {
    const type = nestedType(rules);
    if (type) nested.push(type);
    properties[name] = propertySchema(rules, type);
  }
  const required = [...byName].filter(([, rules]) => !rules.some(isOptional)).map(([name]) => name);
  return { schema: { type: 'object', additionalProperties: false, required, properties }, nested };
}

function isOptional({ type }: Metadata): boolean {
  return type === 'conditionalValidation';
}

/** `Nested` and `NestedList` of libs/contracts leave the class in the metadata. */
function nestedType(rules: readonly Metadata[]): Shape | undefined {
  const rule = rules.find(({ type }) => type === 'nestedValidation');
  const context = rule?.context as { shape?: () => Shape } | undefined;
  if (rule && !context?.shape) throw new Error(`${rule.propertyName}: use Nested or NestedList`);
  return context?.shape?.();
}

function propertySchema(rules: readonly Metadata[], type: Shape | undefined): JsonSchema {
  // Decorators are applied from the last to the first; readers expect the type first, as it was written.
  const inOrder = [...rules].reverse();
  const said = { whole: {} as JsonSchema, each: {} as JsonSchema };
  for (const rule of inOrder) Object.assign(rule.each ? said.each : said.whole, schemaOf(rule));
  if (!type) return Object.keys(said.each).length > 0 ? { ...said.whole, items: said.each } : said.whole;
  const reference = { $ref: `#/components/schemas/${type.name}` };
  return said.whole['type'] === 'array' ? { ...said.whole, items: reference } : reference;
}

type Translate = (...constraints: never[]) => JsonSchema;

const translations: Readonly<Record<string, Translate>> = {
  isString: () => ({ type: 'string' }),
  isInt: () => ({ type: 'integer' }),
  isBoolean: () => ({ type: 'boolean' }),
  isArray: () => ({ type: 'array' }),
  isObject: () => ({ type: 'object' }),
  isDefined: () => ({}),
  isIn: (values: readonly string[]) => (values.length === 1 ? { const: values[0] } : { enum: [...values] }),
  matches: (pattern: RegExp) => ({ type: 'string', pattern: pattern.source }),
  min: (minimum: number) => ({ minimum }),
  max: (maximum: number) => ({ maximum }),
  minLength: (minLength: number) => ({ minLength }),
  maxLength: (maxLength: number) => ({ maxLength }),
  arrayMinSize: (minItems: number) => ({ minItems }),
  arrayMaxSize: (maxItems: number) => ({ maxItems }),
  isInstant: () => ({ type: 'string', format: 'date-time' }),
  isTextRecord: () => ({
    type: 'object',
    maxProperties: 100,
    additionalProperties: { type: 'string', maxLength: 4000 },
  }),
  isTextOrNull: (maxLength: number) => ({ type: ['string', 'null'], maxLength }),
  matchesSchema: (kind: string) => ({ $ref: `./schemas/${kind}.json` }),
};

function schemaOf(rule: Metadata): JsonSchema {
  if (isOptional(rule) || rule.type === 'nestedValidation') return {};
  const name = rule.name ?? rule.type;
  const translate = Object.hasOwn(translations, name) ? translations[name] : undefined;
  if (!translate) throw new Error(`${name} has no JSON Schema yet: say in payload-schema.ts what it means`);
  return translate(...((rule.constraints ?? []) as never[]));
}
