export type JsonSchema = Readonly<Record<string, unknown>>;
export type JsonSchemas = Readonly<Record<string, JsonSchema>>;

const REFERENCE = '#/components/schemas/';

/** A schema of OpenAPI 3.0 as JSON Schema draft 7, which knows no `nullable`. References stay as they are. */
export function jsonSchemaOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchemaOf);
  if (typeof schema !== 'object' || schema === null) return schema;
  const told = Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]: [string, unknown]) => {
      if (name === 'nullable' || name === 'discriminator') return [];
      if (name === 'example') return [['examples', [value]]];
      return [[name, name === 'properties' ? fieldsOf(value) : jsonSchemaOf(value)]];
    }),
  ) as Record<string, unknown>;
  return 'nullable' in schema && schema.nullable === true ? orNull(told) : told;
}

/** Whatever they are called. */
const fieldsOf = (properties: unknown): JsonSchema =>
  Object.fromEntries(Object.entries(properties as JsonSchema).map(([name, field]) => [name, jsonSchemaOf(field)]));

function orNull(schema: Record<string, unknown>): JsonSchema {
  const { type, enum: values, ...rest } = schema;
  // What `allOf` refers to is no null, whatever the type beside it says.
  if (type === undefined || 'allOf' in schema) return { oneOf: [schema, { type: 'null' }] };
  const all = Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {};
  return { ...rest, type: [type, 'null'], ...all };
}

/** The schemas that some of them refer to, with those themselves. */
export function schemasFrom(names: readonly string[], schemas: JsonSchemas): JsonSchemas {
  const found = new Map<string, JsonSchema>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const schema = schemas[name];
    if (schema === undefined || found.has(name)) continue;
    found.set(name, schema);
    waiting.push(...referencesIn(schema));
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function referencesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) =>
    name === '$ref' && typeof value === 'string' ? [value.slice(REFERENCE.length)] : referencesIn(value),
  );
}

/** What is called so among the schemas of the document. */
export const referenceTo = (name: string): JsonSchema => ({ $ref: `${REFERENCE}${name}` });
