import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config.error';

export interface DotEnv {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** What the operator may have meant otherwise; no values, which may be secret. */
  readonly remarks: readonly string[];
}

/** Reads a `.env` file, which need not exist. @throws ConfigError when it cannot be read, or is not UTF-8. */
export function readDotEnv(path: string): DotEnv {
  if (!existsSync(path)) return { variables: {}, remarks: [] };
  try {
    const text = textOf(readFileSync(path));
    return { variables: parseEnv(text), remarks: remarksOn(text).map((remark) => `${path}, ${remark}`) };
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function textOf(bytes: Buffer): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16 || bytes.includes(0)) throw new Error('it must be saved as UTF-8, and looks like UTF-16');
  // Otherwise the mark would be part of the first name.
  return bytes.toString().replace(/^\uFEFF/, '');
}

const VARIABLE = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/;
const NOTHING = /^\s*(?:#.*)?$/;

function remarksOn(text: string): string[] {
  const remarks: string[] = [];
  const lines = text.split(/\r\n|\n|\r/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const [, name = '', value = ''] = VARIABLE.exec(line) ?? [];
    const quote = /^["'`]/.exec(value)?.[0];
    if (name === '') {
      if (!NOTHING.test(line)) remarks.push(`line ${index + 1} is no variable, and is left out`);
    } else if (quote !== undefined) {
      index += linesOfQuoted(lines, index, value, quote);
    } else if (/[^\s#]#/.test(value)) {
      remarks.push(
        `line ${index + 1}: the value of ${name} ends before its "#"; put it in quotes if that belongs to it`,
      );
    }
  }
  return remarks;
}

/** How many further lines a value in quotes takes; none where the quotes are not closed. */
function linesOfQuoted(lines: readonly string[], start: number, value: string, quote: string): number {
  if (value.includes(quote, 1)) return 0;
  const more = lines.slice(start + 1).findIndex((line) => line.includes(quote));
  return more + 1;
}
