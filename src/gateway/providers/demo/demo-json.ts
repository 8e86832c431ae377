import { isObject, JsonObject } from '../../wire/json';

const MAX_DEPTH = 20;

/** A small value that a JSON schema allows, as far as structured outputs use schemas. */
export function exampleOf(schema: unknown, root: unknown = schema, depth = 0): unknown {
  if (!isObject(schema) || depth > MAX_DEPTH) return null;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0] ?? null;
  if (typeof schema.$ref === 'string') return exampleOf(resolve(schema.$ref, root), root, depth + 1);
  const variants = [schema.anyOf, schema.oneOf, schema.allOf].find(Array.isArray);
  if (variants !== undefined) return exampleOf(variants[0], root, depth + 1);
  return ofType(Array.isArray(schema.type) ? schema.type[0] : schema.type, schema, root, depth);
}

function ofType(type: unknown, schema: JsonObject, root: unknown, depth: number): unknown {
  if (type === 'string')
    return 'demo'.padEnd(Number(schema.minLength ?? 0), '.').slice(0, Number(schema.maxLength ?? 1e6));
  if (type === 'number' || type === 'integer') return Number(schema.minimum ?? schema.maximum ?? 0);
  if (type === 'boolean') return true;
  if (type === 'array') {
    return Array.from({ length: Number(schema.minItems ?? 0) }, () => exampleOf(schema.items, root, depth + 1));
  }
  if (type !== 'object' && !isObject(schema.properties)) return null;
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isObject(schema.properties) ? Object.entries(schema.properties) : [];
  const wanted = properties.filter(([name]) => required.includes(name));
  return Object.fromEntries(wanted.map(([name, property]) => [name, exampleOf(property, root, depth + 1)]));
}

/** `#/$defs/name` within the whole schema. */
const resolve = (reference: string, root: unknown): unknown =>
  reference
    .replace(/^#\/?/, '')
    .split('/')
    .filter((name) => name !== '')
    .reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), root);
