import { sep } from 'node:path';

/** What a path of the machine shows: nothing, an empty file, or a folder as it is. */
export type Cover =
  /** A folder; empty but for what is kept below it. `always`: also below one that commands can write. */
  | { readonly kind: 'hidden'; readonly at: string; readonly always?: true }
  /** A file; empty. */
  | { readonly kind: 'masked'; readonly at: string }
  /** A folder as it is, only to be read; `source` is its path without links. */
  | { readonly kind: 'kept'; readonly at: string; readonly source: string };

export const isBelow = (path: string, folder: string): boolean => path.startsWith(`${folder}${sep}`);

/**
 * The order in which the covers are mounted, each on top of those above it, without the ones that change nothing: a folder is
 * hidden in a hidden one, or kept where all is to be seen. Of two at one path the first counts.
 */
export function inMountOrder(covers: readonly Cover[]): Cover[] {
  const needed: Cover[] = [];
  const paths = new Set<string>();
  const sorted = covers
    .filter(({ at }) => !paths.has(at) && paths.add(at))
    .sort((one, other) => one.at.split(sep).length - other.at.split(sep).length);
  for (const cover of sorted) {
    const above = needed.findLast(({ at }) => isBelow(cover.at, at));
    const isHidden = above?.kind === 'hidden';
    const isForced = cover.kind === 'hidden' && cover.always;
    if (isForced || isHidden === (cover.kind === 'kept')) needed.push(cover);
  }
  return needed;
}
