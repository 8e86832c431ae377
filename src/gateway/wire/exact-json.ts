import { parseJson } from './json';

/** What `JSON.parse` tells its reviver about a value (https://tc39.es/proposal-json-parse-with-source/). */
interface ParseContext {
  readonly source?: string;
}

/** The part of that proposal that V8 has and TypeScript does not know yet. */
interface RawJson {
  readonly rawJSON: (text: string) => unknown;
  readonly parse: (text: string, reviver: (key: string, value: unknown, context: ParseContext) => unknown) => unknown;
}

const { rawJSON, parse }: RawJson = JSON as unknown as RawJson;

/** Numbers that may have more digits than a double holds, or an exponent beyond it. */
export const LONG_NUMBER = /\d{16}|\d\.\d{15}|[eE][+-]?\d{3}/;

/**
 * The parsed value with all digits of its numbers: those that a double would change are kept as raw JSON, which
 * `JSON.stringify` writes as it came. `undefined` for text that is no JSON.
 */
export function parseExactly(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return parseJson(text);
  try {
    return parse(text, (_, value, { source }) => (isRounded(value, source) ? rawJSON(source) : value));
  } catch {
    return undefined;
  }
}

const isRounded = (value: unknown, source: string | undefined): source is string =>
  typeof value === 'number' && source !== undefined && LONG_NUMBER.test(source) && String(value) !== source;
