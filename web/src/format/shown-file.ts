/** A file as it can be shown. Sizes are bytes; `tag` names the state of it that was read. */
export type ShownFile =
  | { kind: 'text'; text: string; size: number; isCut: boolean; tag: string }
  | { kind: 'picture'; size: number }
  | { kind: 'other'; size: number };

/** What is known of a file beside its bytes. */
export interface FileFacts {
  /** Of all of it. */
  size: number;
  mediaType: string;
  tag: string;
}

/** What browsers draw without running anything. */
const PICTURE = /^image\/(?:png|jpeg|gif|webp|avif)\b/;

export const isPicture = (mediaType: string): boolean => PICTURE.test(mediaType);

/** What a page can show of a file. @param bytes its beginning, or all of it */
export function shownFileOf(bytes: Uint8Array, { size, mediaType, tag }: FileFacts): ShownFile {
  if (isPicture(mediaType)) return { kind: 'picture', size };
  const isCut = bytes.length < size;
  const text = textIn(bytes, isCut);
  return text === null ? { kind: 'other', size } : { kind: 'text', text, size, isCut, tag };
}

/** Null for what is no UTF-8, or has a NUL. @param isCut its last character may be there in part */
function textIn(bytes: Uint8Array, isCut: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}
