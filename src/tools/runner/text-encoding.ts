/** How the bytes of a text file are read, and written again. */
export interface TextEncoding {
  readonly name: 'utf-8' | 'utf-8 with BOM' | 'utf-16le' | 'utf-16be' | 'latin-1';
  decode(bytes: Uint8Array): string;
  /** @throws RangeError for text that it cannot hold */
  encode(text: string): Buffer;
}

const BOM = '\ufeff';

const UTF8: TextEncoding = {
  name: 'utf-8',
  decode: (bytes) => new TextDecoder('utf-8').decode(bytes),
  encode: (text) => Buffer.from(text, 'utf8'),
};
const UTF8_BOM: TextEncoding = {
  name: 'utf-8 with BOM',
  decode: (bytes) => UTF8.decode(bytes),
  encode: (text) => Buffer.from(BOM + text, 'utf8'),
};
const UTF16LE: TextEncoding = {
  name: 'utf-16le',
  decode: (bytes) => new TextDecoder('utf-16le').decode(bytes),
  encode: (text) => Buffer.from(BOM + text, 'utf16le'),
};
const UTF16BE: TextEncoding = {
  name: 'utf-16be',
  decode: (bytes) => new TextDecoder('utf-16be').decode(bytes),
  encode: (text) => Buffer.from(BOM + text, 'utf16le').swap16(),
};
const LATIN1: TextEncoding = {
  name: 'latin-1',
  decode: (bytes) => Buffer.from(bytes).toString('latin1'),
  encode: (text) => {
    const other = [...text].find((character) => (character.codePointAt(0) ?? 0) > 0xff);
    if (other !== undefined) throw new RangeError(`the file is Latin-1, which has no "${other}"`);
    return Buffer.from(text, 'latin1');
  },
};

/** The encoding of a text by its first bytes; undefined for what is no text. @param isWhole whether there are no others */
export function encodingOf(head: Uint8Array, isWhole: boolean): TextEncoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return UTF8_BOM;
  if (head[0] === 0xff && head[1] === 0xfe) return UTF16LE;
  if (head[0] === 0xfe && head[1] === 0xff) return UTF16BE;
  if (head.includes(0)) return undefined;
  if (isUtf8(head, isWhole)) return UTF8;
  const controls = head.filter((byte) => byte < 32 && ![9, 10, 12, 13, 27].includes(byte)).length;
  return controls > head.length / 100 ? undefined : LATIN1;
}

/** The last character may be cut in two where the text goes on. */
function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}
