import { UpstreamError } from '../wire/upstream.error';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** Longest single event, in bytes: a generated image is some megabytes. */
const MAX_EVENT_BYTES = 64 * 1024 * 1024;

/**
 * Cuts a stream of server-sent events behind complete ones, so that a broken stream can be ended by an event of ours. A
 * piece that ends with an event, as nearly all do, goes through as it is.
 */
export class EventBoundaries {
  private partial: Buffer[] = [];
  private partialBytes = 0;

  /**
   * The events that are complete now; `undefined` for none.
   *
   * @throws UpstreamError for an event that does not end.
   */
  push(chunk: Buffer): Buffer | undefined {
    if (this.partialBytes === 0 && endsEvent(chunk)) return chunk;
    if (!chunk.includes(NEWLINE)) return this.keepPartial(chunk);
    const bytes = this.partialBytes === 0 ? chunk : Buffer.concat([...this.partial, chunk]);
    this.partial = [];
    this.partialBytes = 0;
    const end = endOfLastEvent(bytes);
    if (end < bytes.length) this.keepPartial(bytes.subarray(end));
    return end === 0 ? undefined : bytes.subarray(0, end);
  }

  /** What stands behind the last complete event when the stream has ended well: an event without its empty line. */
  rest(): Buffer | undefined {
    const bytes = Buffer.concat(this.partial);
    return bytes.toString().trim() === '' ? undefined : Buffer.concat([bytes, Buffer.from('\n\n')]);
  }

  private keepPartial(chunk: Buffer): undefined {
    this.partial.push(chunk);
    this.partialBytes += chunk.length;
    if (this.partialBytes > MAX_EVENT_BYTES) throw new UpstreamError('upstream_error', 'sent an event without an end');
  }
}

function endsEvent(bytes: Buffer): boolean {
  const { length } = bytes;
  if (bytes[length - 1] !== NEWLINE) return false;
  return bytes[length - 2] === NEWLINE || (bytes[length - 2] === CARRIAGE_RETURN && bytes[length - 3] === NEWLINE);
}

/** Behind the last empty line; 0 without one. */
function endOfLastEvent(bytes: Buffer): number {
  const plain = bytes.lastIndexOf('\n\n');
  const windows = bytes.lastIndexOf('\n\r\n');
  return Math.max(plain === -1 ? 0 : plain + 2, windows === -1 ? 0 : windows + 3);
}

/** The data of each event, with the bytes it stands in. */
export function eventsIn(bytes: Buffer): { data: string; bytes: string }[] {
  return bytes
    .toString()
    .split(/(?<=\n\r?\n)/)
    .map((event) => ({ data: dataOf(event), bytes: event }));
}

const dataOf = (event: string): string =>
  event
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith('data:') ? line.slice('data:'.length).trimStart() : []))
    .join('\n');
