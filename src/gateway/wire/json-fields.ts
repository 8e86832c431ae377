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
