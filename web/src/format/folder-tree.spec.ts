import type { WorkspaceEntry } from '../api/types';
import { foldersTo, treeMove, type TreeFolder, treeRows } from './folder-tree';

const entry = (path: string, kind: WorkspaceEntry['kind'] = 'file'): WorkspaceEntry => ({
  ...{ path, kind, name: path.split('/').at(-1) ?? '', size: 1, modifiedAt: '2026-01-01T00:00:00.000Z' },
  ...{ target: null, ignored: false },
});
const folder = (entries: WorkspaceEntry[], more: Partial<TreeFolder> = {}): TreeFolder => ({
  ...{ entries, nextCursor: null, isLoading: false, error: null },
  ...more,
});
const FOLDERS = new Map([
  ['', folder([entry('docs', 'folder'), entry('src', 'folder'), entry('README.md')])],
  ['src', folder([entry('src/app.ts'), entry('src/lib', 'folder')], { nextCursor: 'next' })],
]);
const keysOf = (expanded: string[]) => treeRows(FOLDERS, new Set(expanded)).map(({ key, level }) => `${level} ${key}`);

describe('the tree of a workspace', () => {
  it('has the lines of the folders that are open, each below its own', () => {
    expect(keysOf([])).toEqual(['1 docs', '1 src', '1 README.md']);
    expect(keysOf(['src'])).toEqual(['1 docs', '1 src', '2 src/app.ts', '2 src/lib', '2 src/more/', '1 README.md']);
    // One of which nothing is known yet.
    expect(keysOf(['docs'])).toEqual(['1 docs', '1 src', '1 README.md']);
  });

  it('says how many there are only where that is known', () => {
    const rows = treeRows(FOLDERS, new Set(['src']));
    expect(rows.map((row) => (row.kind === 'entry' ? `${row.position} of ${row.size}` : row.kind))).toEqual([
      ...['1 of 3', '2 of 3', '1 of -1', '2 of -1', 'more', '3 of 3'],
    ]);
  });

  it('tells that a folder is empty, is being read, or cannot be', () => {
    const last = (known: TreeFolder) => treeRows(new Map([['', known]]), new Set()).at(-1);
    expect(last(folder([]))?.kind).toBe('empty');
    expect(last(folder([], { isLoading: true }))?.kind).toBe('loading');
    expect(last(folder([], { error: 'Gone.' }))).toMatchObject({ kind: 'error', text: 'Gone.' });
  });

  it('is walked by the arrows, which open and close folders', () => {
    const rows = treeRows(FOLDERS, new Set(['src']));
    const move = (key: string, pressed: string) => treeMove(rows, key, pressed, false);
    expect(move('docs', 'ArrowDown')).toEqual({ goTo: 'src' });
    expect(move('docs', 'ArrowUp')).toBeNull();
    expect(move('docs', 'ArrowRight')).toEqual({ toggle: 'docs' });
    expect(move('src', 'ArrowRight')).toEqual({ goTo: 'src/app.ts' });
    expect(move('src', 'ArrowLeft')).toEqual({ toggle: 'src' });
    expect(move('src/app.ts', 'ArrowLeft')).toEqual({ goTo: 'src' });
    expect(move('README.md', 'ArrowRight')).toBeNull();
    expect(move('src', 'End')).toEqual({ goTo: 'README.md' });
    expect(move('src/more/', 'Home')).toEqual({ goTo: 'docs' });
    expect(move('docs', 'r')).toEqual({ goTo: 'README.md' });
    expect(move('README.md', 'd')).toEqual({ goTo: 'docs' });
    expect(treeMove(rows, 'src', 'ArrowRight', true)).toEqual({ toggle: 'src' });
  });

  it('knows the folders that lead to a file', () => {
    expect(foldersTo('')).toEqual(['']);
    expect(foldersTo('README.md')).toEqual(['']);
    expect(foldersTo('src/lib/a.ts')).toEqual(['', 'src', 'src/lib']);
  });
});
