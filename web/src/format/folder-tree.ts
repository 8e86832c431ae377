import type { WorkspaceEntry } from '../api/types';

/** What is known of a folder of a workspace. */
export interface TreeFolder {
  entries: readonly WorkspaceEntry[];
  nextCursor: string | null;
  isLoading: boolean;
  error: string | null;
}

/** A line of the tree. `key` is its own in the whole tree; levels count from 1. */
export type TreeRow = { key: string; folder: string; level: number } & (
  | { kind: 'entry'; entry: WorkspaceEntry; isExpanded: boolean | null; position: number; size: number }
  | { kind: 'more' | 'loading' | 'empty' }
  | { kind: 'error'; text: string }
);

/** The folder that something is in; of what lies in the workspace itself: empty. */
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** All folders that lead to something, the workspace first. */
export function foldersTo(path: string): string[] {
  const names = path === '' ? [] : path.split('/').slice(0, -1);
  return ['', ...names.map((_, index) => names.slice(0, index + 1).join('/'))];
}

/** The lines of the folders that are open, from above to below. */
export function treeRows(
  folders: ReadonlyMap<string, TreeFolder>,
  expanded: ReadonlySet<string>,
  folder = '',
  level = 1,
): TreeRow[] {
  const known = folders.get(folder);
  if (!known) return [];
  const { entries, nextCursor, isLoading, error } = known;
  // How many there are is not known before the last page.
  const size = nextCursor === null ? entries.length : -1;
  const rows = entries.flatMap((entry, index): TreeRow[] => {
    const isExpanded = entry.kind === 'folder' ? expanded.has(entry.path) : null;
    const place = { key: entry.path, folder, level, position: index + 1, size };
    const row: TreeRow = { ...place, kind: 'entry', entry, isExpanded };
    return isExpanded ? [row, ...treeRows(folders, expanded, entry.path, level + 1)] : [row];
  });
  const place = { folder, level };
  // A slash ends no path.
  if (error !== null) rows.push({ ...place, key: `${folder}/error/`, kind: 'error', text: error });
  else if (isLoading) rows.push({ ...place, key: `${folder}/loading/`, kind: 'loading' });
  else if (nextCursor !== null) rows.push({ ...place, key: `${folder}/more/`, kind: 'more' });
  else if (entries.length === 0) rows.push({ ...place, key: `${folder}/empty/`, kind: 'empty' });
  return rows;
}

/** What a key does from a line: the line to go to, a folder to open or close, or nothing. */
export type TreeMove = { goTo: string } | { toggle: string } | null;

/** As the tree pattern of ARIA has it. @param isRightToLeft the arrows to the sides are the other way round */
export function treeMove(rows: readonly TreeRow[], key: string, pressed: string, isRightToLeft: boolean): TreeMove {
  const index = rows.findIndex((row) => row.key === key);
  const row = rows[index];
  if (!row) return null;
  const at = (next: number): TreeMove => {
    const found = rows[next];
    return found ? { goTo: found.key } : null;
  };
  const inward = isRightToLeft ? 'ArrowLeft' : 'ArrowRight';
  const outward = isRightToLeft ? 'ArrowRight' : 'ArrowLeft';
  const isExpanded = row.kind === 'entry' ? row.isExpanded : null;
  switch (pressed) {
    case 'ArrowDown':
      return at(index + 1);
    case 'ArrowUp':
      return at(index - 1);
    case 'Home':
      return at(0);
    case 'End':
      return at(rows.length - 1);
    case inward:
      if (isExpanded === null) return null;
      return isExpanded ? at(index + 1) : { toggle: row.key };
    case outward:
      if (isExpanded) return { toggle: row.key };
      return row.folder === '' ? null : { goTo: row.folder };
    default:
      return pressed.length === 1 ? at(indexOfLetter(rows, index, pressed)) : null;
  }
}

/** The next line whose name begins with it, from the top again where there is none below. */
function indexOfLetter(rows: readonly TreeRow[], from: number, letter: string): number {
  const isMeant = (row: TreeRow): boolean =>
    row.kind === 'entry' && row.entry.name.toLowerCase().startsWith(letter.toLowerCase());
  const below = rows.findIndex((row, index) => index > from && isMeant(row));
  return below >= 0 ? below : rows.findIndex(isMeant);
}
