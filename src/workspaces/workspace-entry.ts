import { lstatSync, readlinkSync, Stats } from 'node:fs';
import { HeldEntry, placeIn } from '../runtime/confined/confined-folder';
import { shownName, shownPath } from '../runtime/confined/entry-name';
import { codeOf } from '../runtime/confined/path.errors';
import type { EntryKind, WorkspaceEntryDto } from './workspace.dto';

export function kindOf(stats: Stats): EntryKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/**
 * What is there under a name, as it is shown. Undefined when it is gone. At once: to ask another thread takes ten times as long.
 *
 * @param folder names of the folder from the workspace on
 * @throws Error of the file system
 */
export function entryIn(
  parent: Pick<HeldEntry, 'fd'>,
  folder: readonly Buffer[],
  name: Buffer,
  isIgnored: (name: Buffer, isFolder: boolean) => boolean | null,
): WorkspaceEntryDto | undefined {
  try {
    const place = placeIn(parent, name);
    const stats = lstatSync(place);
    const kind = kindOf(stats);
    return {
      ...{ name: shownName(name), path: shownPath([...folder, name]), kind },
      ...{ size: kind === 'file' ? stats.size : 0, modifiedAt: stats.mtime.toISOString() },
      target: kind === 'link' ? shownName(readlinkSync(place, 'buffer')) : null,
      ignored: isIgnored(name, kind === 'folder'),
    };
  } catch (error) {
    if (['ENOENT', 'EINVAL'].includes(codeOf(error))) return undefined;
    throw error;
  }
}
