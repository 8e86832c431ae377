import type { FileHandle } from 'node:fs/promises';
import { Answer, byteSize, cut, done } from './answer';
import { linesFrom } from './line-reader';
import { TextEncoding } from './text-encoding';

const HEAD_LINES = 200;
const SHOWN_ROWS = 20;
const MAX_FIELD = 200;
const DELIMITERS = [',', ';', '\t', '|'];

/** The head of a table: its columns, the first rows, and how many there are. */
export async function readTable(file: FileHandle, size: number, encoding: TextEncoding): Promise<Answer> {
  const { lines, total } = await linesFrom(file, { offset: 1, limit: HEAD_LINES, encoding });
  const delimiter = delimiterOf(lines[0] ?? '');
  const [header = [], ...rows] = parseTable(lines.join('\n'), delimiter);
  const count = total === null ? `more than ${HEAD_LINES} (${byteSize(size)})` : String(total);
  const name = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
  const shown = [header, ...rows.slice(0, SHOWN_ROWS)].map((row) => row.map(shortened).join('\t'));
  const note = `[table: ${header.length} columns split by ${name}, ${count} lines with the header, encoding ${encoding.name}; the first ${Math.min(SHOWN_ROWS, rows.length)} rows, tabs between the fields; for more lines as they are give offset and limit]`;
  return done(cut([note, ...shown].join('\n')));
}

function delimiterOf(line: string): string {
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => bare.split(delimiter).length;
  return [...DELIMITERS].sort((one, other) => count(other) - count(one))[0] ?? ',';
}

const shortened = (field: string): string => {
  const flat = field.replaceAll(/[\t\r\n]+/g, ' ');
  return flat.length > MAX_FIELD ? `${flat.slice(0, MAX_FIELD)}…` : flat;
};

/** Rows of fields, as RFC 4180 has them: quoted fields may hold delimiters, line ends and doubled quotes. */
export function parseTable(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let [row, field, isQuoted]: [string[], string, boolean] = [[], '', false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (character === '"' && (isQuoted || field === '')) {
      isQuoted = !isQuoted;
    } else if (!isQuoted && character === delimiter) {
      row.push(field);
      field = '';
    } else if (!isQuoted && character === '\n') {
      rows.push([...row, field]);
      [row, field] = [[], ''];
    } else {
      field += character;
    }
  }
  if (field !== '' || row.length > 0) rows.push([...row, field]);
  return rows;
}
