import { JsonObject } from './json';
import { fieldSpans, JsonSpan } from './json-spans';

/** Bytes of a value above which it is read only when somebody asks for it. */
const LONG_BYTES = 1024;

/**
 * The object that `bytes` hold; its long values are read when somebody asks for them, which may throw a SyntaxError.
 *
 * @throws SyntaxError for a short value that is no JSON.
 */
export function lazyObject(bytes: Buffer, spans: readonly JsonSpan[]): JsonObject {
  const object: Record<string, unknown> = {};
  for (const { key, start, end } of spans) {
    const read = (): unknown => JSON.parse(bytes.toString('utf8', start, end));
    if (end - start <= LONG_BYTES) defineValue(object, key, read());
    else defineLazily(object, key, read);
  }
  return object;
}

/** Not assigned: a field may be called `__proto__`. */
function defineValue(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function defineLazily(object: object, key: string, read: () => unknown): void {
  const get = (): unknown => {
    const value = read();
    defineValue(object, key, value);
    return value;
  };
  Object.defineProperty(object, key, { get, enumerable: true, configurable: true });
}

/**
 * The bytes of an object as they are but for the named fields, whose values are replaced where they stand, or put in front;
 * `undefined` leaves a field out.
 *
 * @param spans of the bytes, where they are known already
 */
export function withFields(
  bytes: Buffer,
  fields: JsonObject,
  spans: readonly JsonSpan[] = fieldSpans(bytes) ?? [],
): Buffer {
  const kept = spans.filter(({ key }) => !(key in fields) || fields[key] !== undefined);
  const known = new Set(spans.map(({ key }) => key));
  const added = Object.entries(fields).filter(([key, value]) => !known.has(key) && value !== undefined);
  const front = added.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
  const open = bytes.indexOf('{') + 1;
  const pieces: Buffer[] = [Buffer.from(`{${front}${front !== '' && kept.length > 0 ? ',' : ''}`)];
  for (const [index, { key, at, start, end }] of spans.entries()) {
    if (key in fields && fields[key] === undefined) continue;
    // The first that is kept has no comma before it, whatever stood there.
    if (pieces.length === 1) pieces.push(bytes.subarray(open, spans[0]?.at));
    else pieces.push(bytes.subarray(spans[index - 1]?.end, at));
    const value = key in fields ? Buffer.from(JSON.stringify(fields[key])) : bytes.subarray(start, end);
    pieces.push(bytes.subarray(at, start), value);
  }
  pieces.push(bytes.subarray(spans.at(-1)?.end ?? open));
  return Buffer.concat(pieces);
}
