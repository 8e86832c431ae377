import type { FileHandle } from 'node:fs/promises';
import { Answer, byteSize, done, MAX_TEXT } from './answer';
import { lastLines, Lines, linesFrom } from './line-reader';
import { TextEncoding } from './text-encoding';

const MAX_LINE = 2_000;
export const DEFAULT_LINES = 2_000;
/** A file in UTF-16 has its line ends elsewhere, and is read whole. */
const MAX_WIDE_BYTES = 16 * 1024 * 1024;

export interface LineRange {
  /** From 1; negative: so many from the end. */
  readonly offset?: number;
  readonly limit?: number;
}

/** Lines of a text with their numbers. */
export async function readText(
  file: FileHandle,
  size: number,
  { encoding, offset = 1, limit = DEFAULT_LINES }: LineRange & { encoding: TextEncoding },
): Promise<Answer> {
  const found = encoding.name.startsWith('utf-16')
    ? await wideLines(file, { encoding, offset, limit })
    : offset < 0
      ? await lastLines(file, size, { count: -offset, limit, encoding })
      : await linesFrom(file, { offset: Math.max(1, offset), limit, encoding });
  return done(shown(found, size, encoding));
}

async function wideLines(
  file: FileHandle,
  { encoding, offset, limit }: { encoding: TextEncoding; offset: number; limit: number },
): Promise<Lines> {
  const bytes = Buffer.alloc(MAX_WIDE_BYTES);
  const { bytesRead } = await file.read(bytes, 0, MAX_WIDE_BYTES, 0);
  const lines = encoding.decode(bytes.subarray(0, bytesRead)).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const start = offset < 0 ? Math.max(0, lines.length + offset) : Math.max(0, offset - 1);
  const total = bytesRead < MAX_WIDE_BYTES ? lines.length : null;
  return { first: start + 1, lines: lines.slice(start, start + limit), total };
}

function shown({ first, lines, total }: Lines, size: number, encoding: TextEncoding): string {
  const fitting = fittingLines(lines);
  const rows = fitting.map((line, index) => (first < 0 ? line : `${String(first + index).padStart(6)}\t${line}`));
  const notes = [
    ...(encoding.name === 'utf-8' ? [] : [`encoding: ${encoding.name}`]),
    rangeNote(first, fitting.length, total, size),
    ...(fitting.length < lines.length ? ['more lines did not fit: go on with offset'] : []),
  ];
  return `[${notes.join('; ')}]\n${rows.join('\n')}`;
}

function rangeNote(first: number, count: number, total: number | null, size: number): string {
  const of = total === null ? `of a file of ${byteSize(size)}` : `of ${total}`;
  if (count === 0) return total === 0 ? 'the file is empty' : `no line there ${of}`;
  if (first < 0) {
    const lines = first === -count ? `the last ${count} lines` : `lines ${first} to ${first + count - 1} from the end`;
    return `${lines} ${of}`;
  }
  return `lines ${first} to ${first + count - 1} ${of}`;
}

/** The lines that fit into an answer, each cut where it is long. */
function fittingLines(lines: readonly string[]): string[] {
  let left = MAX_TEXT;
  const fitting: string[] = [];
  for (const line of lines) {
    const row = line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}… [${line.length} characters]` : line;
    left -= row.length + 8;
    if (left < 0) break;
    fitting.push(row);
  }
  return fitting;
}
