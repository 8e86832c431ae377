import { isObject, JsonObject } from './json';
import { invalidRequest } from './openai.error';

/** What a field must be, and that in words that go on after the field's name. */
export type FieldRule = readonly [expected: string, holds: (value: unknown) => boolean];
export type FieldRules = Readonly<Record<string, FieldRule>>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isOneOf = (...values: readonly unknown[]): FieldRule => [
  `must be one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  (value) => values.includes(value),
];

const numberBetween = (low: number, high: number): FieldRule => [
  `must be a number from ${low} to ${high}`,
  (value) => typeof value === 'number' && value >= low && value <= high,
];
const integerFrom = (low: number, high = Number.MAX_SAFE_INTEGER): FieldRule => [
  high === Number.MAX_SAFE_INTEGER
    ? `must be a whole number of ${low} or more`
    : `must be a whole number from ${low} to ${high}`,
  (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high,
];
const textUpTo = (length: number): FieldRule => [
  `must be a text of at most ${length} characters`,
  (value) => isText(value) && value.length <= length,
];
const textOf = (pattern: RegExp, words: string): FieldRule => [words, (value) => isText(value) && pattern.test(value)];

/** The kinds of rules that the fields of a request have. */
export const rule = {
  text: ['must be a text', isText] as FieldRule,
  flag: ['must be true or false', (value) => typeof value === 'boolean'] as FieldRule,
  object: ['must be an object', isObject] as FieldRule,
  list: ['must be a list', Array.isArray] as FieldRule,
  isOneOf,
  numberBetween,
  integerFrom,
  textUpTo,
  textOf,
} as const;

/**
 * Checks fields by their rules. Without a rule a field may be anything; absent or null it is always right.
 *
 * @param path what stands before the field's name in the message and in `param`, such as `tools[0].`
 * @throws OpenAiError 400 for the first field that is not right.
 */
export function checkFields(value: JsonObject, rules: FieldRules, path = ''): void {
  if (Object.hasOwn(value, '__proto__')) {
    throw invalidRequest(`${path}__proto__`, `"${path}__proto__" is not a field of any request.`);
  }
  for (const [name, [expected, holds]] of Object.entries(rules)) {
    const field = value[name];
    if (field == null || holds(field)) continue;
    throw invalidRequest(`${path}${name}`, `"${path}${name}" ${expected}.`);
  }
}

/** @throws OpenAiError 400 for the first of the names that is absent or null. */
export function requireFields(value: JsonObject, names: readonly string[], path = ''): void {
  const missing = names.find((name) => value[name] == null);
  if (missing !== undefined) throw invalidRequest(`${path}${missing}`, `"${path}${missing}" is missing.`);
}
