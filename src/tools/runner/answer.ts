/** What a tool of the runner answers: read by the service, passed on to the model. */
export interface Answer {
  readonly success: boolean;
  readonly content: readonly Part[];
}

export type Part =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'picture'; readonly url: string };

/** Characters of text that one answer may have; a model reads no more at once. */
export const MAX_TEXT = 60_000;
/** Bytes of all pictures of one answer. */
export const MAX_PICTURE_BYTES = 4 * 1024 * 1024;

/** Says to the model what it did wrong, or what cannot be done. */
export class ToolFault extends Error {}

export const text = (content: string): Part => ({ type: 'text', text: content });

export const picture = (type: string, bytes: Uint8Array): Part => ({
  type: 'picture',
  url: `data:${type};base64,${Buffer.from(bytes).toString('base64')}`,
});

export const done = (...content: readonly (string | Part)[]): Answer => ({
  success: true,
  content: content.map((part) => (typeof part === 'string' ? text(part) : part)),
});

/** Text cut to a length, with a word on what is left out. */
export function cut(content: string, limit = MAX_TEXT): string {
  if (content.length <= limit) return content;
  return `${content.slice(0, limit)}\n[${content.length - limit} more characters left out]`;
}

export function byteSize(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'];
  let [size, unit] = [bytes, 0];
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** The words of an error of the file system, without a stack. */
export function faultOf(error: unknown, path: string): ToolFault {
  const code = (error as { code?: string }).code ?? '';
  const words: Record<string, string> = {
    ENOENT: 'does not exist',
    EACCES: 'may not be read or written here',
    EPERM: 'may not be changed here',
    EROFS: 'lies where this chat may not write',
    EISDIR: 'is a folder',
    ENOTDIR: 'has something in its path that is no folder',
    // Of a folder that was to be made.
    EEXIST: 'has something in its path that is no folder',
    ELOOP: 'is a link that leads to itself',
    ENOSPC: 'cannot be written: no space is left',
    EFBIG: 'would be larger than a file may be here',
    ENAMETOOLONG: 'has too long a name',
  };
  if (error instanceof ToolFault) return error;
  return new ToolFault(`${path} ${words[code] ?? `cannot be used: ${(error as Error).message}`}.`);
}
