import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';

/** What a program puts out, in the order of its arrival; the middle of much is left out. */
export class CollectedOutput {
  private head = '';
  private tail = '';
  private dropped = 0;

  /** @param limit characters that are kept */
  constructor(private readonly limit: number) {}

  /** Reads a stream to its end. */
  async read(stream: Readable): Promise<void> {
    const decoder = new StringDecoder('utf8');
    try {
      for await (const chunk of stream) this.add(decoder.write(chunk as Buffer));
    } catch {
      // The program was ended.
    }
    this.add(decoder.end());
  }

  /** What has come since this was last asked for. */
  take(): string {
    const { head, tail, dropped } = this;
    [this.head, this.tail, this.dropped] = ['', '', 0];
    return dropped === 0 ? head + tail : `${head}\n[${dropped} characters left out]\n${tail}`;
  }

  private add(text: string): void {
    const half = this.limit / 2;
    const room = this.tail === '' ? Math.max(0, half - this.head.length) : 0;
    this.head += text.slice(0, room);
    this.tail += text.slice(room);
    if (this.tail.length <= half) return;
    this.dropped += this.tail.length - half;
    this.tail = this.tail.slice(-half);
  }
}

/** Bytes of a stream, up to a limit. @returns undefined when there are more: the rest is not read */
export async function boundedBytes(stream: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += (chunk as Buffer).length;
    if (length > limit) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
