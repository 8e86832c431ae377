import { fileTypeFromBuffer } from 'file-type';
import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Content, dispositionOf } from '../common/content-answer';
import { HeldEntry, openHeld } from '../runtime/confined/confined-folder';
import { shownName } from '../runtime/confined/entry-name';

/** What tells of what type a file is. */
const HEAD_BYTES = 4_100;
/** The longest character, and what may be left of one at the end of a head. */
const MAX_TAIL = 3;
const CHUNK_BYTES = 256 * 1024;
/** What a browser shows without running anything of it. */
const SHOWN = new Set([
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'application/pdf'],
  ...['audio/mpeg', 'audio/wav', 'audio/ogg', 'video/mp4', 'video/webm'],
]);

/** By size, time and place: a file that is written anew has another. */
export const etagOf = ({ ino, size, mtimeMs }: Stats): string =>
  `"${[ino, size, Math.round(mtimeMs * 1000)].map((number) => number.toString(36)).join('-')}"`;

/**
 * A file that is held, as an answer: as many bytes of it as there are now, however much it grows.
 *
 * @throws DomainError `not_a_file`; Error of the file system
 */
export async function contentOf(
  entry: HeldEntry,
  name: Buffer,
  isDownload: boolean,
): Promise<{ content: Content; close: () => Promise<void> }> {
  const shown = shownName(name);
  const file = await openHeld(entry, shown);
  try {
    const stats = await file.stat();
    const mediaType = await mediaTypeOf(file);
    const isShown = !isDownload && (SHOWN.has(mediaType) || mediaType.startsWith('text/plain'));
    const content: Content = {
      ...{ size: stats.size, etag: etagOf(stats) },
      headers: {
        'Content-Type': mediaType,
        'Content-Disposition': dispositionOf(isShown ? 'inline' : 'attachment', shown),
        'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
        'X-Content-Type-Options': 'nosniff',
        'Last-Modified': stats.mtime.toUTCString(),
      },
      read: ({ start, end } = { start: 0, end: stats.size - 1 }) =>
        Promise.resolve(Readable.from(part(file, start, end))),
    };
    return { content, close: () => file.close() };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Both ends belong to it. @throws Error where the file has become shorter, so that whoever reads it sees that it is cut off */
export async function* part(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer, void, void> {
  for (let at = start; at <= end;) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at + 1));
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) throw new Error('the file has become shorter');
    yield chunk.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** By its bytes. Text of any kind is plain text: a page or a script runs nowhere. */
export async function mediaTypeOf(file: FileHandle): Promise<string> {
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
  return mediaTypeOfHead(head.subarray(0, bytesRead), bytesRead < HEAD_BYTES);
}

async function mediaTypeOfHead(head: Buffer, isWhole: boolean): Promise<string> {
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found !== undefined && !isTextual(found.mime)) return found.mime;
  return isText(head, isWhole) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

const isTextual = (mime: string): boolean => mime.startsWith('text/') || mime.includes('xml') || mime.includes('json');

function isText(head: Buffer, isWhole: boolean): boolean {
  if (head.includes(0)) return false;
  const cuts = isWhole ? [0] : [0, 1, 2, MAX_TAIL];
  return cuts.some((cut) => isUtf8(head.subarray(0, head.length - cut)));
}
