import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { Content, dispositionOf } from '../common/content-answer';
import { HEAD_BYTES, mediaTypeOf } from '../common/media-type';
import { HeldEntry, openHeld } from '../runtime/confined/confined-folder';
import { shownName } from '../runtime/confined/entry-name';

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
    const mediaType = await typeOf(file);
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

async function typeOf(file: FileHandle): Promise<string> {
  const head = Buffer.alloc(HEAD_BYTES);
  const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
  return mediaTypeOf(head.subarray(0, bytesRead), bytesRead < HEAD_BYTES);
}
