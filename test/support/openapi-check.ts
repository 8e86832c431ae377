import { anyObject, Check, either, flag, list, number, object, oneOf, orNull, text } from './schema-check';

/** What this project's documents use of OpenAPI 3.0. */
export interface OpenApiSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly allOf?: readonly OpenApiSchema[];
  readonly items?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | OpenApiSchema;
  readonly discriminator?: { readonly propertyName: string; readonly mapping: Readonly<Record<string, string>> };
}

export type OpenApiSchemas = Readonly<Record<string, OpenApiSchema>>;

const ANYTHING: Check = () => [];

/** A check that a value is what a schema says, and has no field that the schema does not name. */
export function checkOf(schemas: OpenApiSchemas, schema: OpenApiSchema): Check {
  const check = plainCheckOf(schemas, schema);
  return schema.nullable ? orNull(check) : check;
}

function plainCheckOf(schemas: OpenApiSchemas, schema: OpenApiSchema): Check {
  const [only] = schema.allOf ?? [];
  if (schema.$ref !== undefined) return (value, path) => checkOf(schemas, named(schemas, schema.$ref))(value, path);
  if (schema.discriminator !== undefined) return variantCheck(schemas, schema.discriminator);
  if (only !== undefined) return checkOf(schemas, only);
  if (schema.oneOf !== undefined) return either(...schema.oneOf.map((one) => checkOf(schemas, one)));
  if (schema.enum !== undefined) return oneOf(...schema.enum);
  const simple: Readonly<Record<string, Check>> = { string: text, number, integer: number, boolean: flag };
  if (schema.type === 'array') return list(checkOf(schemas, schema.items ?? {}));
  if (schema.type === 'object') return objectCheck(schemas, schema);
  return schema.type === undefined ? ANYTHING : (simple[schema.type] ?? unknownType(schema.type));
}

function objectCheck(schemas: OpenApiSchemas, { properties, required = [] }: OpenApiSchema): Check {
  if (properties === undefined) return anyObject;
  const fields = Object.entries(properties).map(([name, property]) => [name, checkOf(schemas, property)] as const);
  return object(
    Object.fromEntries(fields.filter(([name]) => required.includes(name))),
    Object.fromEntries(fields.filter(([name]) => !required.includes(name))),
  );
}

function variantCheck(schemas: OpenApiSchemas, by: NonNullable<OpenApiSchema['discriminator']>): Check {
  return (value, path) => {
    const given: Readonly<Record<string, unknown>> = typeof value === 'object' ? { ...value } : {};
    const reference = by.mapping[String(given[by.propertyName])];
    if (reference === undefined) return [`${path}.${by.propertyName} is ${JSON.stringify(given[by.propertyName])}`];
    return checkOf(schemas, named(schemas, reference))(value, path);
  };
}

function named(schemas: OpenApiSchemas, reference = ''): OpenApiSchema {
  const schema = schemas[reference.replace('#/components/schemas/', '')];
  if (schema === undefined) throw new Error(`the document has no ${reference}`);
  return schema;
}

function unknownType(type: string): never {
  throw new Error(`the document has a schema of type ${type}`);
}
