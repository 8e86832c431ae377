/** A data URL with base64, up to its bytes. Types of files are ASCII and case-insensitive (RFC 6838, 4.2). */
const HEAD = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[^;,]{1,200}){0,5};base64,/i;

/** How files of the types begin that models take, as latin1. */
const SIGNATURES: Readonly<Record<string, RegExp>> = {
  'image/png': /^\x89PNG\r\n/,
  'image/jpeg': /^\xff\xd8\xff/,
  'image/jpg': /^\xff\xd8\xff/,
  'image/gif': /^GIF8[79]a/,
  'image/webp': /^RIFF[^]{4}WEBP/,
};
/** Enough for each of the signatures, and a whole number of base64's groups. */
const SIGNATURE_BASE64 = 16;

/**
 * What is wrong with the picture that a data URL holds, in words that go on after its name; undefined for one whose bytes
 * begin as its type says, for types that are not known here, and for any other address.
 *
 * @param url the whole address, or its beginning
 */
export function pictureMistake(url: string): string | undefined {
  const head = HEAD.exec(url);
  const type = head?.[1]?.toLowerCase() ?? '';
  if (head === null || !Object.hasOwn(SIGNATURES, type)) return undefined;
  const base64 = url.slice(head[0].length);
  if (!isBase64(base64)) return 'is not base64';
  const bytes = Buffer.from(base64.slice(0, SIGNATURE_BASE64), 'base64').toString('latin1');
  return SIGNATURES[type]?.test(bytes) === true
    ? undefined
    : `is not of the type ${type} that it says: its bytes differ`;
}

/** Sign by sign: a repetition over megabytes exhausts the stack of a regular expression. */
function isBase64(text: string): boolean {
  const other = text.search(/[^A-Za-z0-9+/]/);
  return other === -1 || /^={1,2}$/.test(text.slice(other, other + 3));
}
