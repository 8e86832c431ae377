/** Codex fetches no image, and fails a turn that names the address of one. */
const IMAGE_URL = /^data:image\/(png|jpeg|gif|webp);base64,/i;
const BASE64 = /^[A-Za-z\d+/]+={0,2}$/;
/** Of the beginning of an image, which says what it is. */
const HEAD_CHARACTERS = 16;

/** What the files of each type begin with, byte for byte as latin1. */
const BEGINNINGS: Readonly<Record<string, RegExp>> = {
  png: /^\x89PNG\r\n.\n/s,
  jpeg: /^\xff\xd8\xff/,
  gif: /^GIF8[79]a/,
  webp: /^RIFF[^]{4}WEBP/,
};

/** What is wrong with the data URL of an image, in a sentence; undefined where it is one. Its first bytes must be those of its type. */
export function imageFault(url: string): string | undefined {
  const [prefix, type = ''] = IMAGE_URL.exec(url) ?? [];
  if (prefix === undefined) {
    return 'must be a data URL with the image itself: data:image/png;base64,... (or jpeg, gif, webp)';
  }
  const data = url.slice(prefix.length);
  if (!BASE64.test(data)) return 'is not base64 behind its comma';
  const head = Buffer.from(data.slice(0, HEAD_CHARACTERS), 'base64').toString('latin1');
  const isOfType = BEGINNINGS[type.toLowerCase()]?.test(head) ?? false;
  return isOfType ? undefined : `is no image of the type ${type.toLowerCase()}, which it says to be`;
}
