import { TarArchive, ZipArchive } from 'archiver';
import { once } from 'node:events';
import { readlink } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ConfinedFolder, openHeld, placeIn } from '../runtime/confined/confined-folder';
import { shownPath } from '../runtime/confined/entry-name';
import { codeOf } from '../runtime/confined/path.errors';
import { part } from './workspace-content';
import { Visit, walk } from './workspace-walk';
import type { ArchiveFormat } from './workspace.dto';

const MAX_VISITS = 1_000_000;
const ZEROS = Buffer.alloc(64 * 1024);

export type Archive = InstanceType<typeof ZipArchive> | InstanceType<typeof TarArchive>;

/**
 * All that is below a folder, as one stream, file after file as fast as it is read. Links are links in it, and lead nowhere on this
 * machine; FIFOs, sockets and devices are left out, as is what cannot be read. A file that becomes shorter meanwhile is filled up with
 * zeros, as tar does it; of one that grows its beginning is taken.
 *
 * @throws DomainError `path_not_found`, `not_a_folder` before the first byte
 */
export async function archiveOf(
  workspace: ConfinedFolder,
  top: readonly Buffer[],
  format: ArchiveFormat,
): Promise<Readable> {
  const visits = walk(workspace, top, { skips: () => false, maxVisits: MAX_VISITS });
  // The folder is there, or it is said now.
  const first = await visits.next();
  const archive: Archive = format === 'zip' ? new ZipArchive({ zlib: { level: 1 } }) : new TarArchive({});
  return filledBy(archive, fill(archive, first, visits, top.length));
}

/** An archive that errs for its reader when what fills it does. */
export function filledBy(archive: Archive, filling: Promise<void>): Readable {
  filling.catch((error: unknown) => archive.destroy(asError(error)));
  return archive;
}

/** Adds all that is below a workspace to an archive, below a folder in it. @throws Error where nobody reads the archive any more */
export async function appendWorkspace(archive: Archive, workspace: ConfinedFolder, below: string): Promise<void> {
  for await (const visit of walk(workspace, [], { skips: () => false, maxVisits: MAX_VISITS })) {
    if (visit.kind === 'entry') await add(archive, visit, 0, `${below}/`);
  }
}

async function fill(
  archive: Archive,
  first: IteratorResult<Visit, void>,
  visits: AsyncGenerator<Visit, void, void>,
  depth: number,
): Promise<void> {
  try {
    for (let next = first; next.done !== true; next = await visits.next()) {
      if (archive.destroyed) return;
      if (next.value.kind === 'left-out') continue;
      await add(archive, next.value, depth);
    }
    await archive.finalize();
  } finally {
    await visits.return();
  }
}

/** One at a time: nothing is held but what is being read. */
async function add(
  archive: Archive,
  { folder, parent, name, entry }: Extract<Visit, { kind: 'entry' }>,
  depth: number,
  below = '',
): Promise<void> {
  const { stats } = entry;
  const path = `${below}${shownPath([...folder.slice(depth), name])}`;
  const data = { name: path, mode: stats.mode & 0o777, date: stats.mtime };
  if (stats.isDirectory())
    return taken(archive, () => archive.append('', { ...data, name: `${path}/`, type: 'directory' }));
  if (stats.isSymbolicLink()) {
    const target = await readlink(placeIn(parent, name)).catch(() => undefined);
    if (target !== undefined) await taken(archive, () => archive.symlink(path, target));
    return;
  }
  if (!stats.isFile()) return;
  const file = await openHeld(entry, path).catch((error: unknown) => {
    if (['EACCES', 'EPERM', 'ENOENT'].includes(codeOf(error))) return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    const now = await file.stat();
    const content = Readable.from(exactly(part(file, 0, now.size - 1), now.size), { objectMode: false });
    await taken(archive, () => archive.append(content, { ...data, stats: now }));
  } finally {
    await file.close();
  }
}

/** Waits until the archive has it. @throws Error where nobody reads the archive any more */
export async function taken(archive: Archive, append: () => unknown): Promise<void> {
  const ended = new AbortController();
  const onClose = (): void => ended.abort();
  archive.once('close', onClose);
  try {
    const entry = once(archive, 'entry', { signal: ended.signal });
    append();
    await entry;
  } finally {
    archive.off('close', onClose);
  }
}

async function* exactly(content: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer, void, void> {
  let left = size;
  try {
    for await (const chunk of content) {
      left -= chunk.length;
      yield chunk;
    }
  } catch {
    // It has become shorter, or cannot be read to its end.
  }
  for (; left > 0; left -= Math.min(left, ZEROS.length)) yield ZEROS.subarray(0, left);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
