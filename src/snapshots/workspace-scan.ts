import { readlinkSync, type Stats } from 'node:fs';
import type { SkippedEntry, SkipReason } from '../chat/dto/snapshot.dto';
import { type DomainError, tooLarge } from '../common/domain.error';
import { ConfinedFolder, placeIn } from '../runtime/confined/confined-folder';
import { shownPath } from '../runtime/confined/entry-name';
import { walk } from '../workspaces/workspace-walk';

/** Codex's sandbox makes them in each workspace; empty ones are nobody's. */
const PROTECTED = new Set(['.git', '.agents', '.codex', '.aws']);

/** Something of a workspace that can be recorded. */
export interface ScannedEntry {
  readonly names: readonly Buffer[];
  readonly kind: 'file' | 'program' | 'link' | 'empty-folder';
  /** Of a link, what it says. */
  readonly target: Buffer | null;
  readonly size: number;
  /** The same for as long as nobody has touched it. */
  readonly signature: string;
  /** Milliseconds since 1970: when it was touched last. */
  readonly touchedMs: number;
}

export interface ScanLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface Scan {
  readonly entries: readonly ScannedEntry[];
  /** All that cannot be recorded. */
  readonly skipped: SkippedEntry[];
}

/**
 * Looks at all that is in a workspace without opening a file of it: nothing is followed, and nothing waits for a FIFO.
 *
 * @throws the signal's reason; DomainError 413 `workspace_too_large` with so many entries that nobody knows what is there
 */
export async function scan(workspace: ConfinedFolder, limits: ScanLimits): Promise<Scan> {
  const { signal, maxFiles } = limits;
  const entries: ScannedEntry[] = [];
  const skipped: SkippedEntry[] = [];
  /** Folders in which nothing was found so far, by their tree. */
  const folders = new Map<string, { readonly names: readonly Buffer[]; readonly stats: Stats; hasMore: boolean }>();
  let bytes = 0;
  // Folders count, too: there may be nothing but them.
  const maxVisits = 3 * maxFiles;
  let visited = 0;
  for await (const visit of walk(workspace, [], { skips: () => false, maxVisits })) {
    signal.throwIfAborted();
    if (visit.kind === 'left-out') {
      // What of it is not known is neither recorded nor left alone.
      if (visited >= maxVisits) throw tooMany(maxFiles);
      skipped.push({ path: shownPath(visit.folder), reason: 'unreadable' });
      continue;
    }
    visited += 1;
    const { folder, parent, name, entry } = visit;
    const names = [...folder, name];
    const { stats } = entry;
    const within = folders.get(keyOf(folder));
    if (stats.isDirectory()) {
      if (within !== undefined) within.hasMore = true;
      folders.set(keyOf(names), { names, stats, hasMore: false });
      continue;
    }
    const reason = reasonToSkip(stats, limits, { files: entries.length, bytes });
    if (reason !== undefined) {
      skipped.push({ path: shownPath(names), reason });
      continue;
    }
    const target = stats.isSymbolicLink() ? targetOf(placeIn(parent, name)) : null;
    if (stats.isSymbolicLink() && target === null) {
      skipped.push({ path: shownPath(names), reason: 'changed' });
      continue;
    }
    if (within !== undefined) within.hasMore = true;
    bytes += stats.size;
    entries.push({ ...scanned(names, stats), target });
  }
  for (const { names, stats, hasMore } of folders.values()) {
    if (hasMore || isProtected(names)) continue;
    entries.push({ ...scanned(names, stats), kind: 'empty-folder', size: 0, target: null });
  }
  return { entries, skipped };
}

const tooMany = (maxFiles: number): DomainError =>
  tooLarge(
    'workspace_too_large',
    `The workspace has more than three times as many files and folders as are recorded, ${maxFiles} (SNAPSHOT_FILES_MAX).`,
  );

/** Whether a path, or a folder that it is in, is among these. */
export function isAmong(paths: ReadonlySet<string>, path: string): boolean {
  if (paths.size === 0) return false;
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (paths.has(path.slice(0, end))) return true;
  }
  return false;
}

function reasonToSkip(
  stats: Stats,
  { maxFiles, maxFileBytes, maxBytes }: ScanLimits,
  so: { readonly files: number; readonly bytes: number },
): SkipReason | undefined {
  if (!stats.isFile() && !stats.isSymbolicLink()) return 'not_a_file';
  if (stats.size > maxFileBytes) return 'too_large';
  if (so.files >= maxFiles) return 'too_many';
  return so.bytes + stats.size > maxBytes ? 'too_much' : undefined;
}

function scanned(names: readonly Buffer[], stats: Stats): Omit<ScannedEntry, 'target'> {
  return {
    ...{ names, size: stats.size, signature: signatureOf(stats), touchedMs: Math.max(stats.mtimeMs, stats.ctimeMs) },
    kind: kindOf(stats),
  };
}

function kindOf(stats: Stats): ScannedEntry['kind'] {
  if (stats.isSymbolicLink()) return 'link';
  return (stats.mode & 0o100) === 0 ? 'file' : 'program';
}

/** Times in parts of microseconds. */
export const signatureOf = ({ ino, size, mtimeMs, ctimeMs, mode }: Stats): string =>
  [ino, size, mtimeMs, ctimeMs, mode & 0o111].join(':');

const keyOf = (names: readonly Buffer[]): string => names.map((name) => name.toString('latin1')).join('/');

const isProtected = (names: readonly Buffer[]): boolean => names.length === 1 && PROTECTED.has(String(names[0]));

function targetOf(place: Buffer): Buffer | null {
  try {
    return readlinkSync(place, 'buffer');
  } catch {
    return null;
  }
}
