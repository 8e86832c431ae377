import { fileTypeFromBuffer } from 'file-type';
import { imageSize } from 'image-size';

/** A picture with what its bytes say of it. */
export interface Picture {
  readonly bytes: Buffer;
  readonly mediaType: string;
  /** Pixels, as they are stored: a camera may have turned them. */
  readonly width: number;
  readonly height: number;
}

/** What is wrong with a picture, in words that go on after its name. */
export class PictureMistake extends Error {
  override readonly name = 'PictureMistake';
}

/** A data URL with base64, up to its bytes. What its label says is not believed; one of another kind is a slip. */
const HEAD = /^data:(?:image\/[\w.+-]+|application\/octet-stream)?(?:;[^;,]{1,200}){0,5};base64,/i;
/** What models take; an animated PNG is a PNG. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  'image/png': 'image/png',
  'image/apng': 'image/png',
  'image/jpeg': 'image/jpeg',
  'image/gif': 'image/gif',
  'image/webp': 'image/webp',
};

const MIN_BYTES = 26;

/** Whether an address holds a picture itself, as far as it says. */
export const isPictureUrl = (url: string): boolean => HEAD.test(url.slice(0, 1_500));

/**
 * The picture that a data URL holds. Its type is that of its first bytes, whatever its label says.
 *
 * @throws PictureMistake
 */
export async function pictureOf(url: string): Promise<Picture> {
  const head = HEAD.exec(url.slice(0, 1_500))?.[0];
  if (head === undefined) throw new PictureMistake('is no data URL with base64');
  const base64 = url.slice(head.length);
  if (!isBase64(base64)) throw new PictureMistake('is not base64');
  return pictureIn(Buffer.from(base64, 'base64'));
}

/** The picture that bytes are. @throws PictureMistake */
export async function pictureIn(bytes: Buffer): Promise<Picture> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  const mediaType = found && MEDIA_TYPES[found.mime];
  if (mediaType === undefined) {
    const what = found === undefined ? 'of no type that is known' : found.mime;
    throw new PictureMistake(`is ${what}, by its bytes; PNG, JPEG, GIF and WebP are taken`);
  }
  return { bytes, mediaType, ...sizeOf(bytes) };
}

function sizeOf(bytes: Buffer): { width: number; height: number } {
  try {
    const { width, height } = imageSize(alone(bytes));
    // Of less there is no picture that could be shown: the smallest is a GIF.
    if (bytes.length >= MIN_BYTES && width > 0 && height > 0) return { width, height };
  } catch {
    // Said below.
  }
  throw new PictureMistake('is cut off or broken: its width and height cannot be read');
}

/** In memory of its own: the reader does not look where a picture ends, and would go on in somebody else's. */
const alone = (bytes: Buffer): Uint8Array => (bytes.buffer.byteLength === bytes.length ? bytes : new Uint8Array(bytes));

/** Sign by sign: a repetition over megabytes exhausts the stack of a regular expression. */
function isBase64(text: string): boolean {
  const other = text.search(/[^A-Za-z0-9+/]/);
  return other === -1 || /^={1,2}$/.test(text.slice(other, other + 3));
}
