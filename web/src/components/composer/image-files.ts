import { formatBytes } from '../../format/quantities';
import { t } from '../../languages/text';
const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const MAX_IMAGES = 8;
const MEGABYTE = 1024 * 1024;
const MAX_IMAGE_BYTES = 5 * MEGABYTE;
/** Base64 makes them a third longer, and the server takes requests of 16 MB. */
const MAX_TOTAL_BYTES = 11 * MEGABYTE;

interface FileFacts {
  name: string;
  type: string;
  size: number;
}

/** Whether a file goes along as a picture that is shown at once; anything else is uploaded. */
export const isShownPicture = ({ type, size }: Pick<FileFacts, 'type' | 'size'>): boolean =>
  TYPES.includes(type) && size <= MAX_IMAGE_BYTES;

/** Of the files offered those that can be sent along, beside the pictures that are there already. */
export function chooseImages<T extends FileFacts>(
  offered: readonly T[],
  present: readonly { bytes: number }[],
): { files: T[]; problem: string | null } {
  const files: T[] = [];
  let problem: string | null = null;
  let bytes = present.reduce((sum, image) => sum + image.bytes, 0);
  for (const file of offered) {
    const refusal = refusalOf(file, present.length + files.length, bytes);
    problem ??= refusal;
    if (refusal) continue;
    files.push(file);
    bytes += file.size;
  }
  return { files, problem };
}

function refusalOf({ name, type, size }: FileFacts, count: number, bytes: number): string | null {
  if (!TYPES.includes(type)) return t('“{{name}}” is not a PNG, JPEG, GIF or WebP image.', { name });
  if (size > MAX_IMAGE_BYTES) {
    const sizes = { size: formatBytes(size), most: formatBytes(MAX_IMAGE_BYTES) };
    return t('“{{name}}” has {{size}}; an image may have at most {{most}}.', { name, ...sizes });
  }
  if (count >= MAX_IMAGES) return t('A message takes at most {{most}} images.', { most: MAX_IMAGES });
  if (bytes + size > MAX_TOTAL_BYTES) {
    return t('The images of a message may have {{size}} together.', { size: formatBytes(MAX_TOTAL_BYTES) });
  }
  return null;
}

/** How many bytes a base64 data URL stands for. */
export function bytesOf(dataUrl: string): number {
  return Math.floor(((dataUrl.length - dataUrl.indexOf(',') - 1) * 3) / 4);
}

export function readAsDataUrl(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(new Error(t('“{{name}}” could not be read.', { name: file.name })));
    reader.readAsDataURL(file);
  });
}
