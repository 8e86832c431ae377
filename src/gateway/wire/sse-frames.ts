import { isObject, JsonObject, parseJson } from './json';

/** One server-sent event as it came, with its end. */
export interface SseFrame {
  readonly bytes: Buffer;
  /** The event's type; empty for a comment, and for `[DONE]`. */
  readonly type: string;
}

/** Where the `type` of an event is looked for when the stream has no `event:` lines. */
const HEAD_BYTES = 400;

/** Read as latin1. A stream may begin with a byte order mark, which is no part of its first line. */
const EVENT_LINE = /^(?:\xef\xbb\xbf)?event: ?(\S+)/m;
const BYTE_ORDER_MARK = /^\ufeff/;

const NOTHING: Buffer = Buffer.alloc(0);
/** Bytes of what waits in which, with a chunk behind it, a frame may end. */
const SEAM_BYTES = 2;

/**
 * Cuts a provider's event stream into its frames, wherever its chunks begin and end. Pieces of one are put together once,
 * when its end has come.
 */
export class SseFrames {
  private pieces: Buffer[] = [];
  /** The last bytes of the pieces. */
  private seam = NOTHING;

  /** The frames that are complete with this chunk. */
  push(chunk: Uint8Array): SseFrame[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const isFresh = this.pieces.length === 0;
    const seam = Buffer.concat([this.seam, bytes.subarray(0, SEAM_BYTES)]);
    if (frameEnd(seam, 0) === 0 && frameEnd(bytes, 0) === 0) return this.keep(bytes, seam);
    const all = isFresh ? bytes : Buffer.concat([...this.pieces, bytes]);
    const frames: SseFrame[] = [];
    let start = 0;
    const from = Math.max(0, all.length - bytes.length - this.seam.length);
    for (let end = frameEnd(all, from); end > 0; end = frameEnd(all, start)) {
      frames.push(frameOf(all.subarray(start, end)));
      start = end;
    }
    this.takeRest();
    if (start < all.length) this.keep(all.subarray(start), all.subarray(start));
    return frames;
  }

  /** What came behind the last complete frame. */
  takeRest(): Buffer {
    const [only = NOTHING] = this.pieces;
    const rest = this.pieces.length > 1 ? Buffer.concat(this.pieces) : only;
    this.pieces = [];
    this.seam = NOTHING;
    return rest;
  }

  /** The frame that stands behind the last complete one, when the stream has ended without an empty line. */
  takeLast(): SseFrame[] {
    const rest = this.takeRest();
    return rest.toString().trim() === '' ? [] : [frameOf(Buffer.concat([rest, Buffer.from('\n\n')]))];
  }

  /** @param before what stands before the last bytes of `bytes` where those are fewer than a frame's end may have. */
  private keep(bytes: Buffer, before: Buffer): [] {
    if (bytes.length > 0) this.pieces.push(Buffer.from(bytes));
    const last = bytes.length < SEAM_BYTES ? before : bytes;
    this.seam = Buffer.from(last.subarray(-SEAM_BYTES));
    return [];
  }
}

/** Behind the blank line that ends the first frame from `from` on; 0 when there is none. */
function frameEnd(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0x0a, from); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    if (bytes[at + 1] === 0x0a) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a) return at + 3;
  }
  return 0;
}

function frameOf(bytes: Buffer): SseFrame {
  const head = bytes.toString('latin1', 0, HEAD_BYTES);
  const type = EVENT_LINE.exec(head) ?? /"type" ?: ?"((?:response\.|error)[a-z_.]*)"/.exec(head);
  return { bytes, type: type?.[1] ?? '' };
}

/** The payload of a frame: its `data:` lines. */
export function frameData({ bytes }: SseFrame): string {
  const lines = bytes.toString('utf8').replace(BYTE_ORDER_MARK, '').split(/\r?\n/);
  return lines.flatMap((line) => (line.startsWith('data:') ? line.slice(5).replace(/^ /, '') : [])).join('\n');
}

/** The JSON object that a frame carries; `undefined` for any other payload. */
export function frameObject(frame: SseFrame): JsonObject | undefined {
  const value = parseJson(frameData(frame));
  return isObject(value) ? value : undefined;
}

export const frameFor = (type: string, json: string): SseFrame => ({
  bytes: Buffer.from(`event: ${type}\ndata: ${json}\n\n`),
  type,
});
