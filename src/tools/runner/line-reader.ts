import type { FileHandle } from 'node:fs/promises';
import type { TextEncoding } from './text-encoding';

const CHUNK_BYTES = 1024 * 1024;
/** What is scanned behind the lines that were asked for, to tell how many there are. */
const COUNTED_BYTES = 32 * 1024 * 1024;
/** Bytes of lines that are kept. */
const KEPT_BYTES = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface Lines {
  /** Number of the first line; negative: counted from the end, because only that was read. */
  readonly first: number;
  readonly lines: readonly string[];
  /** How many there are; null: the rest was not counted. */
  readonly total: number | null;
}

/** @param offset number of the first line, from 1 */
export async function linesFrom(
  file: FileHandle,
  { offset, limit, encoding }: { offset: number; limit: number; encoding: TextEncoding },
): Promise<Lines> {
  const kept: Buffer[] = [];
  let [line, keptBytes, position, beyond, lastByte] = [1, 0, 0, 0, NEWLINE];
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      keep(chunk.subarray(start, end + 1));
      line += 1;
      start = end + 1;
    }
    if (start < bytesRead) keep(chunk.subarray(start));
    lastByte = chunk[bytesRead - 1] ?? NEWLINE;
    if (line >= offset + limit) beyond += bytesRead;
    if (beyond > COUNTED_BYTES) return { first: offset, lines: split(kept, encoding, limit), total: null };
  }
  const total = lastByte === NEWLINE ? line - 1 : line;
  return { first: offset, lines: split(kept, encoding, limit), total };

  function keep(bytes: Buffer): void {
    if (line < offset || line >= offset + limit || keptBytes >= KEPT_BYTES) return;
    keptBytes += bytes.length;
    kept.push(Buffer.from(bytes));
  }
}

/** Lines from `count` before the end of a file on, which is read from there. */
export async function lastLines(
  file: FileHandle,
  size: number,
  { count, limit, encoding }: { count: number; limit: number; encoding: TextEncoding },
): Promise<Lines> {
  const chunks: Buffer[] = [];
  let [newlines, position, read] = [0, size, 0];
  while (position > 0 && newlines <= count && read < KEPT_BYTES) {
    const length = Math.min(64 * 1024, position);
    position -= length;
    const chunk = Buffer.alloc(length);
    await file.read(chunk, 0, length, position);
    read += length;
    newlines += chunk.filter((byte) => byte === NEWLINE).length;
    chunks.unshift(chunk);
  }
  const lines = split(chunks, encoding, Number.MAX_SAFE_INTEGER);
  const wanted = lines.slice(-count);
  const isWhole = position === 0;
  return {
    first: isWhole ? lines.length - wanted.length + 1 : -wanted.length,
    lines: wanted.slice(0, limit),
    total: isWhole ? lines.length : null,
  };
}

function split(chunks: readonly Buffer[], encoding: TextEncoding, limit: number): string[] {
  const lines = encoding.decode(Buffer.concat(chunks)).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.slice(0, limit).map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
