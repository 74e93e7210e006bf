type Schema = Readonly<Record<string, unknown>>;

/** What a schema says about lists being lists and texts being texts, without what it says about the texts. */
export function formOf(schema: object): Schema {
  const { type, required, properties, items, anyOf, additionalProperties } = schema as Schema;
  return {
    ...(type === undefined ? {} : { type }),
    ...(required === undefined ? {} : { required }),
    ...(isSchema(properties) ? { properties: mapValues(properties) } : {}),
    ...(isSchema(items) ? { items: formOf(items) } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map((one: object) => formOf(one)) } : {}),
    ...(isSchema(additionalProperties) ? { additionalProperties: formOf(additionalProperties) } : {}),
  };
}

function mapValues(properties: Schema): Schema {
  return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, formOf(one as object)]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}
