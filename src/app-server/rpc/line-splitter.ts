const NEWLINE = 0x0a;
/** Bytes of a line that is too long which are kept, to see whom it answers. */
const HEAD_BYTES = 512;

export type Line =
  | { readonly kind: 'whole'; readonly text: string }
  | { readonly kind: 'oversized'; readonly head: string; readonly bytes: number };

/** Cuts a stream of bytes into lines, holding back at most `maxBytes` of one that is not complete. */
export class LineSplitter {
  private parts: Buffer[] = [];
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** The lines that end in this chunk; empty ones are left out. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.append(chunk.subarray(start, end));
      const line = this.take();
      if (line !== null) lines.push(line);
      start = end + 1;
    }
    this.append(chunk.subarray(start));
    return lines;
  }

  /** Bytes of the line that has not ended yet. */
  get pendingBytes(): number {
    return this.bytes;
  }

  private append(part: Buffer): void {
    if (part.length === 0) return;
    const wasWithin = this.bytes <= this.maxBytes;
    this.bytes += part.length;
    if (this.bytes <= this.maxBytes) this.parts.push(part);
    else if (wasWithin) this.parts = [Buffer.concat([...this.parts, part]).subarray(0, HEAD_BYTES)];
  }

  private take(): Line | null {
    const { parts, bytes } = this;
    this.parts = [];
    this.bytes = 0;
    if (bytes === 0) return null;
    const text = (parts.length === 1 ? parts[0] : Buffer.concat(parts))?.toString('utf8') ?? '';
    return bytes <= this.maxBytes ? { kind: 'whole', text } : { kind: 'oversized', head: text, bytes };
  }
}
