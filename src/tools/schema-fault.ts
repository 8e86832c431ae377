import { isNestedBeyond } from '../common/nesting';
import { isObject, JsonObject } from '../gateway/wire/json';

const TYPES: readonly unknown[] = ['object', 'string', 'number', 'integer', 'boolean', 'array', 'null'];
/** Schemas in schemas. */
const MAX_DEPTH = 24;

/**
 * What is wrong with the JSON schema of a tool's input, in words that go on from its name, as far as models, providers and codex mind.
 * Codex refuses a thread with one such tool, and an MCP server's tool it leaves out without a word (quirk `tool-schemas`): it reads
 * `null` as left out, and the other keywords not at all.
 */
export function schemaFault(schema: unknown): string | undefined {
  return jsonFault(schema) ?? faultOf(schema, 0);
}

/** What of a value codex could not read in a message: the whole of it would be lost. */
export function jsonFault(value: unknown): string | undefined {
  if (isNestedBeyond(value)) return 'is nested too deeply';
  return isWellFormed(value) ? undefined : 'has a text with half of a character';
}

function isWellFormed(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, part]) => name.isWellFormed() && isWellFormed(part));
}

function faultOf(schema: unknown, depth: number): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return 'has a part that is no schema';
  if (depth > MAX_DEPTH) return 'is nested too deeply';
  return firstOf(CHECKS, (check) => check(schema)) ?? firstOf(partsOf(schema), (part) => faultOf(part, depth + 1));
}

type Check = (schema: JsonObject) => string | undefined;

const expecting =
  (keyword: string, isRight: (value: unknown) => boolean, fault: string): Check =>
  ({ [keyword]: value }) =>
    isLeftOut(value) || isRight(value) ? undefined : fault;

const isLeftOut = (value: unknown): boolean => value === undefined || value === null;
const isText = (value: unknown): boolean => typeof value === 'string';
const isSchema = (value: unknown): boolean => typeof value === 'boolean' || isObject(value);
const isType = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((one) => TYPES.includes(one)) : TYPES.includes(value);

const CHECKS: readonly Check[] = [
  expecting('type', isType, 'has an unknown type'),
  expecting(
    'required',
    (value) => Array.isArray(value) && value.every(isText),
    'has a "required" that is no list of names',
  ),
  expecting('properties', isObject, 'has "properties" that are none'),
  expecting('items', isSchema, 'has "items" that are no schema'),
  expecting('enum', Array.isArray, 'has an "enum" that is no list'),
  expecting('description', isText, 'has a "description" that is no text'),
  expecting('$ref', isText, 'has a "$ref" that is no text'),
  expecting('additionalProperties', isSchema, 'has "additionalProperties" that are neither a schema nor true or false'),
  expecting('encrypted', (value) => typeof value === 'boolean', 'has an "encrypted" that is neither true nor false'),
];

function partsOf(schema: JsonObject): unknown[] {
  const { properties, items, additionalProperties } = schema;
  return [
    ...[properties, schema.$defs, schema.definitions].flatMap((named) => (isObject(named) ? Object.values(named) : [])),
    ...[items, additionalProperties].filter((part) => !isLeftOut(part)),
    ...['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => listIn(schema[keyword])),
  ];
}

/** What should be a list, and is none, is a part that is no schema. */
const listIn = (value: unknown): unknown[] => (isLeftOut(value) ? [] : Array.isArray(value) ? value : [null]);

function firstOf<T>(values: readonly T[], fault: (value: T) => string | undefined): string | undefined {
  for (const value of values) {
    const found = fault(value);
    if (found !== undefined) return found;
  }
  return undefined;
}
