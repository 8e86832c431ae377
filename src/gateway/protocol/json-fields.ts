import { JsonObject } from './json';
import { JsonSpan } from './json-spans';

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

/** The bytes of the same object with other values for the named fields; `undefined` leaves a field out. */
export function withValues(bytes: Buffer, spans: readonly JsonSpan[], values: JsonObject): Buffer {
  const pieces: Buffer[] = [];
  const add = (key: string, value: Buffer): void => {
    pieces.push(Buffer.from(`${pieces.length === 0 ? '{' : ','}${JSON.stringify(key)}:`), value);
  };
  for (const { key, start, end } of spans) if (!(key in values)) add(key, bytes.subarray(start, end));
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) add(key, Buffer.from(JSON.stringify(value)));
  }
  pieces.push(Buffer.from(pieces.length === 0 ? '{}' : '}'));
  return Buffer.concat(pieces);
}
