import { isUtf8 } from 'node:buffer';
import { DomainError, invalid } from '../../common/domain.error';

/** What file systems of Linux take. */
const MAX_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4096;
const BACKSLASH = 0x5c;

/**
 * A name as it is shown in JSON and taken in a path: UTF-8 as it is, each byte that is none as `\xff`, a backslash as two. Every
 * name has one such text, and every such text is one name.
 */
export function shownName(name: Buffer): string {
  if (isUtf8(name)) return name.toString().replaceAll('\\', '\\\\');
  let shown = '';
  for (let at = 0; at < name.length;) {
    const length = characterLength(name, at);
    const byte = name[at] ?? 0;
    if (length === 0) shown += `\\x${byte.toString(16).padStart(2, '0')}`;
    else shown += byte === BACKSLASH ? '\\\\' : name.toString('utf8', at, at + length);
    at += Math.max(1, length);
  }
  return shown;
}

/** Names from the top to the bottom, as one path. */
export const shownPath = (names: readonly Buffer[]): string => names.map(shownName).join('/');

/**
 * The names in a path below a folder, in the form of `shownName`; none for the folder itself.
 *
 * @throws DomainError 400 `path_outside_workspace`, `invalid_path`, `name_too_long`
 */
export function namesOf(path: string): Buffer[] {
  if (path.startsWith('/')) {
    throw outside('A path counts from the workspace, and begins with no slash.');
  }
  if (Buffer.byteLength(path) > 4 * MAX_PATH_BYTES) throw tooLong();
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw outside('A path may not have "..": it names what is in the workspace.');
  const names = parts.map(nameOf);
  if (names.some(({ length }) => length > MAX_NAME_BYTES)) throw tooLong();
  if (names.reduce((sum, { length }) => sum + length + 1, 0) > MAX_PATH_BYTES) throw tooLong();
  return names;
}

export const outside = (detail: string): DomainError => invalid('path_outside_workspace', detail);

const tooLong = (): DomainError =>
  invalid('name_too_long', `A name may have ${MAX_NAME_BYTES} bytes, and a path ${MAX_PATH_BYTES}.`);

function nameOf(text: string): Buffer {
  if (text.includes('\0')) throw invalid('invalid_path', 'A path may hold no character U+0000.');
  if (!text.isWellFormed()) throw invalid('invalid_path', 'A path may hold no half of a surrogate pair.');
  if (!text.includes('\\')) return Buffer.from(text);
  const pieces: Buffer[] = [];
  for (const [piece] of text.matchAll(/\\x[0-9a-f]{2}|\\\\|\\|[^\\]+/gi)) {
    if (piece === '\\') {
      throw invalid('invalid_path', 'In a path a backslash is written as two, and a byte that is not UTF-8 as \\xff.');
    }
    if (piece === '\\\\') pieces.push(Buffer.from('\\'));
    else if (piece.startsWith('\\')) pieces.push(Buffer.from(piece.slice(2), 'hex'));
    else pieces.push(Buffer.from(piece));
  }
  const name = Buffer.concat(pieces);
  if (name.includes(0) || name.includes(0x2f) || name.equals(Buffer.from('..')) || name.equals(Buffer.from('.'))) {
    throw invalid('invalid_path', 'A path may not have "/", ".", ".." or U+0000 as bytes.');
  }
  return name;
}

/** Bytes of the character that begins there; 0 where none does. */
function characterLength(bytes: Buffer, at: number): number {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length += 1) {
    if (isUtf8(bytes.subarray(at, at + length))) return length;
  }
  return 0;
}
