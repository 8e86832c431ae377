import { fileTypeFromBuffer } from 'file-type';
import { isUtf8 } from 'node:buffer';

/** Bytes from the beginning that tell of what type content is. */
export const HEAD_BYTES = 4_100;
export const PLAIN_TEXT = 'text/plain; charset=utf-8';
/** What may be left of a character at the end of a head. */
const TAILS = [0, 1, 2, 3];

/**
 * The type that content has by its bytes, whatever its name says. Text of any kind is plain text: a page or a script runs nowhere.
 *
 * @param isWhole whether the head is all of it
 */
export async function mediaTypeOf(head: Uint8Array, isWhole: boolean): Promise<string> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found !== undefined && !isTextual(found.mime)) return found.mime;
  return isText(head, isWhole) ? PLAIN_TEXT : 'application/octet-stream';
}

const isTextual = (mime: string): boolean => mime.startsWith('text/') || mime.includes('xml') || mime.includes('json');

function isText(head: Uint8Array, isWhole: boolean): boolean {
  if (head.includes(0)) return false;
  return (isWhole ? [0] : TAILS).some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}

/** Notes the beginning of content while it passes. */
export class ContentHead {
  private head = Buffer.alloc(0);
  private size = 0;

  async *noted(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of content) {
      this.size += chunk.byteLength;
      const missing = HEAD_BYTES - this.head.length;
      if (missing > 0) this.head = Buffer.concat([this.head, chunk.subarray(0, missing)]);
      yield chunk;
    }
  }

  mediaType(): Promise<string> {
    return mediaTypeOf(this.head, this.size <= HEAD_BYTES);
  }
}
