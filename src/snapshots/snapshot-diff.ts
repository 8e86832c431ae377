import { EMPTY_TREE, SnapshotStore, TreeChange } from './snapshot-store';
import type { RestoredFileDto } from './snapshot.dto';
import { isInRepository, namesInTree } from './tree-path';
import { shownPath } from '../runtime/confined/entry-name';

const MAX_FILES = 1_000;
const MAX_DIFF_BYTES = 1024 * 1024;
const DIFF_MS = 30_000;

class Enough extends Error {}

/** Changes for a person: one line for all that is in a `.git`. */
export function changesOf(changes: readonly TreeChange[]) {
  const files = new Map<string, RestoredFileDto>();
  for (const { path, kind } of changes) {
    const { names } = namesInTree(path);
    const at = names.findIndex((name) => isInRepository([name]));
    const shown = shownPath(at === -1 ? names : names.slice(0, at + 1));
    files.set(shown, { path: shown, kind: at === -1 ? kind : 'changed' });
  }
  const all = [...files.values()];
  const countOf = (kind: RestoredFileDto['kind']): number => all.filter((file) => file.kind === kind).length;
  const counts = { added: countOf('added'), changed: countOf('changed'), deleted: countOf('deleted') };
  return { ...counts, files: all.slice(0, MAX_FILES) };
}

/**
 * Unified diff of two commits, as long as it may be: by git, in the store, whose configuration is ours.
 *
 * @param path of one file or folder; empty: of all
 * @throws GitError
 */
export async function diffOf(
  store: SnapshotStore,
  from: string,
  to: string,
  path = '',
): Promise<{ diff: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const enough = new AbortController();
  const args = [
    ...[
      'diff-tree',
      '-p',
      '-r',
      '-M',
      '--no-ext-diff',
      '--no-textconv',
      '--no-color',
      '--src-prefix=a/',
      '--dst-prefix=b/',
    ],
    ...[treeOf(from), treeOf(to), ...withoutRepositories(path)],
  ];
  const onOutput = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes - chunk.length < MAX_DIFF_BYTES) chunks.push(chunk);
    if (bytes > MAX_DIFF_BYTES) enough.abort(new Enough());
  };
  try {
    await store.run({ args, onOutput, timeoutMs: DIFF_MS, signal: enough.signal });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  const all = Buffer.concat(chunks).subarray(0, MAX_DIFF_BYTES);
  return { diff: all.toString('utf8'), truncated: bytes > MAX_DIFF_BYTES };
}

const withoutRepositories = (path: string): string[] => [
  ...['--', path === '' ? '.' : `:(literal)${path}`],
  ...[':(exclude,glob,icase)**/%.git/**', ':(exclude,glob)**/.empty-folder'],
];

/** What `git diff-tree --numstat -z` prints of two commits. @param path as of `diffOf` @throws GitError */
export function lineNumbersOf(store: SnapshotStore, from: string, to: string, path = ''): Promise<Buffer> {
  const args = ['diff-tree', '-r', '--numstat', '-z', '--no-renames', treeOf(from), treeOf(to)];
  return store.run({ args: [...args, ...withoutRepositories(path)], timeoutMs: DIFF_MS });
}

const treeOf = (commitId: string): string => (commitId === EMPTY_TREE ? commitId : `${commitId}^{tree}`);
