import { isObject, JsonObject, parseJson } from './json';

/** One server-sent event as it came, with its end. */
export interface SseFrame {
  readonly bytes: Buffer;
  /** The event's type; empty for a comment, and for `[DONE]`. */
  readonly type: string;
}

/** A frame longer than so many bytes is passed on in pieces, so that a stream without an end of a frame costs no memory. */
const MAX_FRAME_BYTES = 64 * 1024 * 1024;
/** Where the `type` of an event is looked for when the stream has no `event:` lines. */
const HEAD_BYTES = 400;

/** Read as latin1. A stream may begin with a byte order mark, which is no part of its first line. */
const EVENT_LINE = /^(?:\xef\xbb\xbf)?event: ?(\S+)/m;
const BYTE_ORDER_MARK = /^\ufeff/;

/** Cuts a provider's event stream into its frames, wherever its chunks begin and end. */
export class SseFrames {
  private rest: Buffer = Buffer.alloc(0);

  /** The frames that are complete with this chunk. */
  push(chunk: Uint8Array): SseFrame[] {
    const searched = Math.max(0, this.rest.length - 2);
    const all = this.rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.rest, chunk]);
    const frames: SseFrame[] = [];
    let start = 0;
    for (let end = frameEnd(all, searched); end > 0; end = frameEnd(all, start)) {
      frames.push(frameOf(all.subarray(start, end)));
      start = end;
    }
    this.rest = all.subarray(start);
    if (this.rest.length > MAX_FRAME_BYTES) frames.push({ bytes: this.takeRest(), type: '' });
    return frames;
  }

  /** What came behind the last complete frame. */
  takeRest(): Buffer {
    const { rest } = this;
    this.rest = Buffer.alloc(0);
    return rest;
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

/** Whether a frame is what OpenAI and many others end their streams with. */
export const isDone = (frame: SseFrame): boolean => frame.type === '' && frameData(frame) === '[DONE]';

export const frameFor = (type: string, json: string): SseFrame => ({
  bytes: Buffer.from(`event: ${type}\ndata: ${json}\n\n`),
  type,
});
