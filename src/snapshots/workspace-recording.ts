import { constants, existsSync } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import type { SkippedEntry } from '../chat/dto/snapshot.dto';
import { DomainError } from '../common/domain.error';
import { ConfinedFolder } from '../runtime/confined/confined-folder';
import { shownPath } from '../runtime/confined/entry-name';
import { GitError } from '../runtime/git/git.errors';
import { SnapshotCache } from './snapshot-cache';
import { EMPTY_TREE, SnapshotStore } from './snapshot-store';
import { quotedPath, treePath } from './tree-path';
import { scan, ScanLimits, ScannedEntry, signatureOf } from './workspace-scan';

const CHUNK_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(CHUNK_BYTES);
/** What was touched so shortly before may be touched again without its times telling it. */
const SETTLED_MS = 100;
const MODES = { file: '100644', program: '100755', link: '120000', 'empty-folder': '100644' } as const;

export interface RecordingTerms extends ScanLimits {
  readonly chatId: string;
  /** That is to keep the commit. */
  readonly reference: string;
  /** The commit of the chat's newest snapshot, which has a reference already; null: there is none. */
  readonly newest: string | null;
  readonly timeoutMs: number;
}

/** A workspace as it was when it was gone through. */
export interface Recording {
  /** The same for the same files. */
  readonly commitId: string;
  readonly files: number;
  readonly bytes: number;
  /** Whether it was given the reference. */
  readonly hasReference: boolean;
  /** All that is not in it. */
  readonly skipped: readonly SkippedEntry[];
}

/** Something that goes into the tree: by a mark of this import, or by the id of a blob that the store has. */
interface TreeLine {
  readonly entry: ScannedEntry;
  readonly key: string;
  readonly path: Buffer;
  /** Undefined where it may have been touched since it was read. */
  signature: string | undefined;
  content: string;
}

/**
 * Puts a workspace into the store, of which the caller has the lock. Git is given names and content, and never reads the workspace.
 * Where nothing has changed since the newest snapshot there is no new reference.
 *
 * @throws GitError, the signal's reason, Error of the file system
 */
export async function record(
  store: SnapshotStore,
  workspace: ConfinedFolder,
  terms: RecordingTerms,
): Promise<Recording> {
  try {
    return await recordOnce(store, workspace, terms);
  } catch (error) {
    const hadCache = existsSync(store.cachePath(terms.chatId));
    if (!hadCache || !(error instanceof GitError) || error.reason !== 'exit') throw error;
    // It may say of content that it is there, and it is not.
    await rm(store.cachePath(terms.chatId), { force: true });
    return recordOnce(store, workspace, terms);
  }
}

async function recordOnce(store: SnapshotStore, workspace: ConfinedFolder, terms: RecordingTerms): Promise<Recording> {
  const startedMs = Date.now();
  const { entries, skipped } = await scan(workspace, terms);
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  const result = { bytes, files: entries.length, skipped };
  if (entries.length === 0) {
    await rm(store.cachePath(terms.chatId), { force: true });
    return { ...result, commitId: EMPTY_TREE, hasReference: false };
  }
  await store.prepare();
  const cache = await SnapshotCache.open(store.cachePath(terms.chatId));
  const lines = entries.map((entry) => lineOf(entry, cache));
  if (cache.commitId !== null && cache.size === lines.length && lines.every(({ content }) => content !== '')) {
    const hasReference = cache.commitId !== terms.newest;
    if (hasReference) await store.refer([{ name: terms.reference, commitId: cache.commitId }]);
    return { ...result, commitId: cache.commitId, hasReference };
  }
  const importing = new Import(workspace, lines, terms, startedMs);
  const marks = await store.import(importing.stream(), terms.signal, terms.timeoutMs);
  const kept = importing.kept;
  const cached = kept.flatMap(({ key, signature, content }): [string, string, string][] => {
    const id = content.startsWith(':') ? marks.get(Number(content.slice(1))) : content;
    return signature === undefined || id === undefined ? [] : [[key, signature, id]];
  });
  const commitId = marks.get(importing.commitMark);
  if (commitId === undefined) throw new Error('git has not said which commit it has made');
  await cache.write(commitId, cached);
  const all = [...skipped, ...importing.skipped];
  const keptBytes = kept.reduce((sum, { entry }) => sum + entry.size, 0);
  return { commitId, files: kept.length, bytes: keptBytes, skipped: all, hasReference: true };
}

function lineOf(entry: ScannedEntry, cache: SnapshotCache): TreeLine {
  const path = treePath(entry.names, entry.kind === 'empty-folder');
  const key = path.toString('latin1');
  return { entry, path, key, signature: entry.signature, content: cache.find(key, entry.signature) ?? '' };
}

/** What `git fast-import` is fed with. */
class Import {
  readonly skipped: SkippedEntry[] = [];
  readonly kept: TreeLine[] = [];
  commitMark = 0;

  constructor(
    private readonly workspace: ConfinedFolder,
    private readonly lines: readonly TreeLine[],
    private readonly terms: RecordingTerms,
    private readonly startedMs: number,
  ) {}

  async *stream(): AsyncGenerator<Uint8Array, void, void> {
    yield Buffer.from('feature done\n');
    let mark = 0;
    for (const line of this.lines) {
      this.terms.signal.throwIfAborted();
      if (line.content === '') {
        mark += 1;
        line.content = `:${mark}`;
        yield Buffer.from(`blob\nmark :${mark}\n`);
        if (!(yield* this.contentOf(line))) continue;
      }
      if (line.entry.touchedMs > this.startedMs - SETTLED_MS) line.signature = undefined;
      this.kept.push(line);
    }
    this.commitMark = mark + 1;
    // Without a time of its own, so that the same files are the same commit.
    yield Buffer.from(
      `commit ${this.terms.reference}\nmark :${this.commitMark}\ncommitter codex-relay <codex-relay> 0 +0000\ndata 0\n\ndeleteall\n`,
    );
    for (const { entry, content, path } of this.kept) {
      yield Buffer.from(`M ${MODES[entry.kind]} ${content} ${quotedPath(path)}\n`);
    }
    yield Buffer.from('\ndone\n');
  }

  /** Git must have something for the mark, whatever becomes of the file. @returns whether it is to be kept */
  private async *contentOf(line: TreeLine): AsyncGenerator<Uint8Array, boolean, void> {
    const { entry } = line;
    if (entry.kind === 'empty-folder') {
      yield Buffer.from('data 0\n\n');
      return true;
    }
    if (entry.target !== null) {
      yield Buffer.from(`data ${entry.target.length}\n`);
      yield entry.target;
      yield Buffer.from('\n');
      return true;
    }
    const file = await this.open(entry);
    if (file === undefined) {
      yield Buffer.from('data 0\n\n');
      return false;
    }
    try {
      return yield* this.bytesOf(line, file);
    } finally {
      await file.close();
    }
  }

  private async *bytesOf(line: TreeLine, file: FileHandle): AsyncGenerator<Uint8Array, boolean, void> {
    const { size } = line.entry;
    const before = await file.stat();
    yield Buffer.from(`data ${size}\n`);
    let at = 0;
    while (at < size) {
      this.terms.signal.throwIfAborted();
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) break;
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
    const isShorter = at < size;
    for (; at < size; at += Math.min(ZEROS.length, size - at))
      yield ZEROS.subarray(0, Math.min(ZEROS.length, size - at));
    yield Buffer.from('\n');
    const after = await file.stat();
    if (isShorter || !before.isFile()) {
      this.skip(line.entry, 'changed');
      return false;
    }
    // One that grows is as it was at the beginning, and is read again the next time.
    if (signatureOf(after) !== line.signature) line.signature = undefined;
    return true;
  }

  /** Undefined for what is gone, or may not be read: that is told. */
  private async open(entry: ScannedEntry): Promise<FileHandle | undefined> {
    try {
      return await this.workspace.hold(
        entry.names,
        async ({ fd, stats }) => {
          if (stats.isFile()) return open(`/proc/self/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
          this.skip(entry, 'changed');
          return undefined;
        },
        false,
      );
    } catch (error) {
      if (!(error instanceof DomainError) || error.status >= 500) throw error;
      this.skip(entry, error.code === 'path_not_permitted' ? 'unreadable' : 'changed');
      return undefined;
    }
  }

  private skip(entry: ScannedEntry, reason: SkippedEntry['reason']): void {
    this.skipped.push({ path: shownPath(entry.names), reason });
  }
}
