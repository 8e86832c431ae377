import { JsonObject, parseJson } from './json';

/** Where a field's value stands in the bytes of a JSON object. */
export interface JsonSpan {
  readonly key: string;
  /** Of the quote before the key. */
  readonly at: number;
  readonly start: number;
  /** Of the first byte behind the value. */
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [COLON, COMMA] = [0x3a, 0x2c];
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The fields of the object that `bytes` hold, without reading into their values: strings are jumped over, so that 300 KB
 * of history cost some tenths of a millisecond.
 *
 * @returns `undefined` for bytes that are no object, as far as that shows outside the values.
 */
export function fieldSpans(bytes: Buffer): JsonSpan[] | undefined {
  const spans: JsonSpan[] = [];
  let at = skipWhitespace(bytes, 0);
  if (bytes[at] !== OPEN_BRACE) return undefined;
  at = skipWhitespace(bytes, at + 1);
  while (bytes[at] === QUOTE) {
    const span = spanAt(bytes, at);
    if (span === undefined) return undefined;
    spans.push(span);
    at = skipWhitespace(bytes, span.end);
    if (bytes[at] === CLOSE_BRACE) break;
    if (bytes[at] !== COMMA) return undefined;
    at = skipWhitespace(bytes, at + 1);
    if (bytes[at] !== QUOTE) return undefined;
  }
  const isEnd = bytes[at] === CLOSE_BRACE && skipWhitespace(bytes, at + 1) === bytes.length;
  return isEnd ? spans : undefined;
}

/** @param at of the quote before the key */
function spanAt(bytes: Buffer, at: number): JsonSpan | undefined {
  const keyEnd = endOfString(bytes, at);
  const key = parseJson(bytes.toString('utf8', at, keyEnd));
  const colon = skipWhitespace(bytes, keyEnd);
  if (typeof key !== 'string' || bytes[colon] !== COLON) return undefined;
  const start = skipWhitespace(bytes, colon + 1);
  const end = endOfValue(bytes, start);
  return end > start ? { key, at, start, end } : undefined;
}

const isWhitespace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipWhitespace(bytes: Buffer, from: number): number {
  let at = from;
  while (isWhitespace(bytes[at])) at++;
  return at;
}

/**
 * Byte by byte: `indexOf` calls into C++ for each escaped quote, which costs more in texts of code.
 *
 * @param start of the opening quote.
 * @returns the end of the bytes for a text without an end.
 */
function endOfString(bytes: Buffer, start: number): number {
  const { length } = bytes;
  for (let at = start + 1; at < length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at++;
  }
  return length;
}

function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return endOfString(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return endOfObject(bytes, start);
  let at = start;
  while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE && !isWhitespace(bytes[at])) at++;
  return at;
}

/** Behind the object or list that begins at `start`; the end of the bytes for one without an end. */
export function endOfObject(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at) - 1;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
  }
  return bytes.length;
}

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
 * @returns the new bytes in pieces; what is kept is not copied.
 */
export function withFields(
  bytes: Buffer,
  fields: JsonObject,
  spans: readonly JsonSpan[] = fieldSpans(bytes) ?? [],
): Buffer[] {
  const isLeftOut = ({ key }: JsonSpan): boolean => key in fields && fields[key] === undefined;
  const kept = spans.filter((span) => !isLeftOut(span));
  const known = new Set(spans.map(({ key }) => key));
  const added = Object.entries(fields).filter(([key, value]) => !known.has(key) && value !== undefined);
  const front = added.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
  const open = bytes.indexOf('{') + 1;
  const pieces = new Pieces(bytes);
  pieces.add(`{${front}${front !== '' && kept.length > 0 ? ',' : ''}`);
  for (const [index, span] of spans.entries()) {
    if (isLeftOut(span)) continue;
    const { key, at, start, end } = span;
    // The first that is kept has no comma before it, whatever stood there.
    const [from, to] = span === kept[0] ? [open, spans[0]?.at ?? open] : [spans[index - 1]?.end ?? open, at];
    pieces.keep(from, to);
    pieces.keep(at, start);
    if (key in fields) pieces.add(JSON.stringify(fields[key]));
    else pieces.keep(start, end);
  }
  pieces.keep(spans.at(-1)?.end ?? open, bytes.length);
  return pieces.list;
}

/** Puts bytes together from parts of others, and texts between them. */
class Pieces {
  private readonly done: Buffer[] = [];
  /** The part that is kept at the moment. */
  private start = 0;
  private end = 0;

  constructor(private readonly bytes: Buffer) {}

  get list(): Buffer[] {
    this.cut();
    return this.done;
  }

  keep(start: number, end: number): void {
    if (start !== this.end) this.cut(start);
    this.end = end;
  }

  add(text: string): void {
    this.cut();
    this.done.push(Buffer.from(text));
  }

  private cut(next = this.end): void {
    if (this.end > this.start) this.done.push(this.bytes.subarray(this.start, this.end));
    this.start = next;
    this.end = next;
  }
}
