import { createHash } from 'node:crypto';
import { constants, Dirent } from 'node:fs';
import { FileHandle, mkdir, open, readdir, readlink, symlink, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../common/domain.error';
import { BackupEntry, FileEntry, sha256Of } from './manifest';
import { snapshotSqlite } from '../database/sqlite-snapshot';

const CHUNK_BYTES = 1024 * 1024;
/** A path can be 4,096 bytes long, and a folder is held open at each level. */
const MAX_DEPTH = 200;
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** Told of each thing that is copied or left out. */
export interface CopyRecord {
  add(entry: BackupEntry): Promise<void>;
  skip(path: string, why: string): void;
}

/** What is done with a file or a folder, by its path below the top. */
export type Treatment = 'copy' | 'leave' | 'lines' | 'sqlite';
export type Treat = (path: string) => Treatment;

/** A folder that is being copied. */
interface Level {
  /** By which it is read: the folder that is open, whatever has become of its name. */
  readonly source: string;
  readonly path: string;
  readonly depth: number;
}

/**
 * Copies a folder while others write to it. What vanishes meanwhile is left out, links are copied as links, and a folder
 * that somebody replaces by a link, as a command of an agent can, does not lead out of it (on Linux).
 *
 * @throws Error of the file system for what cannot be written, as when the disk is full
 */
export class FolderCopy {
  private readonly buffer = Buffer.allocUnsafe(CHUNK_BYTES);

  /** @param target folder of the backup */
  constructor(
    private readonly target: string,
    private readonly record: CopyRecord,
  ) {}

  /** @param path of the copy below the backup, and before what `treat` is asked for */
  async copy(source: string, path: string, treat: Treat): Promise<void> {
    await this.copyFolder({ source, path, depth: 0 }, treat);
  }

  private async copyFolder({ source, path, depth }: Level, treat: Treat): Promise<void> {
    const folder = await this.opened(source, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    if (folder === undefined) return;
    try {
      const { mode } = await folder.stat();
      await mkdir(join(this.target, path), { recursive: true, mode: 0o700 });
      await this.record.add({ type: 'folder', path, mode: mode & 0o777 });
      const held = process.platform === 'linux' ? `/proc/self/fd/${folder.fd}` : source;
      for (const entry of await readdir(held, { withFileTypes: true })) {
        await this.copyEntry(entry, { source: join(held, entry.name), path: `${path}/${entry.name}`, depth }, treat);
      }
    } finally {
      await folder.close();
    }
  }

  private async copyEntry(entry: Dirent, { source, path, depth }: Level, treat: Treat): Promise<void> {
    if (entry.name.includes('\uFFFD')) return this.record.skip(path, 'its name is no UTF-8');
    const treatment = treat(path);
    if (treatment === 'leave') return;
    if (entry.isDirectory()) {
      if (depth >= MAX_DEPTH) return this.record.skip(path, `it is nested deeper than ${MAX_DEPTH} folders`);
      return this.copyFolder({ source, path, depth: depth + 1 }, treat);
    }
    if (entry.isSymbolicLink()) return this.copyLink(source, path);
    if (entry.isFile()) return this.copyFile(source, path, treatment);
    this.record.skip(path, `it is ${kindOf(entry)}`);
  }

  private async copyLink(source: string, path: string): Promise<void> {
    const target = await readlink(source).catch(() => undefined);
    if (target === undefined) return;
    await symlink(target, join(this.target, path));
    await this.record.add({ type: 'link', path, target });
  }

  private async copyFile(source: string, path: string, treatment: Treatment): Promise<void> {
    // Without O_NONBLOCK a FIFO that has taken the place of the file would be waited for.
    const file = await this.opened(source, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if (file === undefined) return;
    try {
      const found = await file.stat();
      if (!found.isFile()) return this.record.skip(path, 'it is no file any more');
      const copiedAt = new Date().toISOString();
      const copied = await this.copyContent(file, source, path, treatment);
      const { mode, mtime } = found;
      const entry = { mode: mode & 0o777, modifiedAt: mtime.toISOString(), copiedAt, ...copied };
      await this.record.add({ type: 'file', path, ...entry });
    } finally {
      await file.close();
    }
  }

  private async copyContent(
    file: FileHandle,
    source: string,
    path: string,
    treatment: Treatment,
  ): Promise<Pick<FileEntry, 'size' | 'sha256'>> {
    const target = join(this.target, path);
    if (treatment === 'sqlite' && (await snapshotSqlite(source, target).then(isDone, isNot))) {
      return described(target);
    }
    const written = await this.copyBytes(file, target);
    if (treatment !== 'lines' || written.lines === written.size) return written;
    // Half of a line at its end would spoil the line that is written behind it later.
    await truncate(target, written.lines);
    return described(target);
  }

  /** Resolves with the size, of which whole lines, and the checksum. */
  private async copyBytes(
    file: FileHandle,
    target: string,
  ): Promise<{ readonly size: number; readonly lines: number; readonly sha256: string }> {
    const copy = await open(target, 'w', 0o600);
    const hash = createHash('sha256');
    let [size, lines] = [0, 0];
    try {
      for (;;) {
        const { bytesRead } = await file.read(this.buffer, 0, CHUNK_BYTES, null);
        if (bytesRead === 0) return { size, lines, sha256: hash.digest('hex') };
        const chunk = this.buffer.subarray(0, bytesRead);
        hash.update(chunk);
        await copy.writeFile(chunk);
        const end = chunk.lastIndexOf(0x0a);
        if (end !== -1) lines = size + end + 1;
        size += bytesRead;
      }
    } finally {
      await copy.close();
    }
  }

  /** Undefined for what is gone, or cannot be read, which is noted. */
  private async opened(source: string, path: string, flags: number): Promise<FileHandle | undefined> {
    try {
      return await open(source, flags);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'ENOENT') this.record.skip(path, `it cannot be read: ${messageOf(error).split(',')[0] ?? ''}`);
      return undefined;
    }
  }
}

const isDone = (): boolean => true;
const isNot = (): boolean => false;

async function described(file: string): Promise<Pick<FileEntry, 'size' | 'sha256'>> {
  const opened = await open(file, 'r');
  try {
    const { size } = await opened.stat();
    return { size, sha256: await sha256Of(file) };
  } finally {
    await opened.close();
  }
}

function kindOf(entry: Dirent): string {
  if (entry.isFIFO()) return 'a FIFO';
  if (entry.isSocket()) return 'a socket';
  return 'a device';
}
