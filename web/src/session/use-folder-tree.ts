import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { workspaceApi } from '../api/workspace-api';
import { folderOf, foldersTo, type TreeFolder, type TreeRow, treeRows } from '../format/folder-tree';
import { type Failure, failureOf } from './failure';
import { useRecovery } from './use-recovery';

const PAGE_SIZE = 100;
const UNREAD: TreeFolder = { entries: [], nextCursor: null, isLoading: true, error: null };

export interface FolderTree {
  rows: readonly TreeRow[];
  /** Opens or closes a folder. */
  toggle: (folder: string) => void;
  loadMore: (folder: string) => void;
  /** Reads a folder again. */
  refresh: (folder: string) => void;
}

/** The folders of a chat's workspace, each read when it is opened. @param path what is looked at: the way to it is open */
export function useFolderTree(chatId: string, path: string): FolderTree {
  const [folders, setFolders] = useState<ReadonlyMap<string, TreeFolder>>(new Map());
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(new Set());
  /** Of the folder that was last asked for in vain. */
  const [failure, setFailure] = useState<Failure | null>(null);
  const calls = useRef(new Map<string, number>());
  const known = useRef(folders);
  known.current = folders;
  const open = useRef(expanded);
  open.current = expanded;

  const read = useCallback(
    async (folder: string, cursor: string | null = null): Promise<void> => {
      const call = (calls.current.get(folder) ?? 0) + 1;
      calls.current.set(folder, call);
      const set = (next: (before: TreeFolder) => TreeFolder): void => {
        // An older answer must not overwrite a newer one.
        if (calls.current.get(folder) !== call) return;
        setFolders((all) => new Map(all).set(folder, next(all.get(folder) ?? UNREAD)));
      };
      set((before) => ({ ...before, isLoading: true, error: null }));
      try {
        const { data, nextCursor } = await workspaceApi.list(chatId, folder, { cursor, limit: PAGE_SIZE });
        set(({ entries }) => ({
          ...{ entries: cursor === null ? data : [...entries, ...data], nextCursor },
          ...{ isLoading: false, error: null },
        }));
      } catch (cause) {
        const failed = failureOf(cause);
        set((before) => ({ ...before, isLoading: false, error: failed.text }));
        setFailure(failed);
      }
    },
    [chatId],
  );

  const toggle = useCallback(
    (folder: string) => {
      const next = new Set(open.current);
      if (!next.delete(folder)) {
        next.add(folder);
        // As it is now: the agent may have changed it.
        void read(folder);
      }
      setExpanded(next);
    },
    [read],
  );
  const loadMore = useCallback(
    (folder: string) => void read(folder, known.current.get(folder)?.nextCursor ?? null),
    [read],
  );
  const refresh = useCallback((folder: string) => void read(folder), [read]);

  useEffect(() => {
    const way = foldersTo(path);
    setExpanded((before) => new Set([...before, ...way]));
    // What is looked at may be new.
    for (const folder of way) {
      if (!known.current.has(folder) || folder === folderOf(path)) void read(folder);
    }
  }, [path, read]);
  useReadAgain(read, expanded);
  const readFailed = useCallback(() => {
    setFailure(null);
    for (const [folder, { error }] of known.current) if (error !== null) void read(folder);
  }, [read]);
  useRecovery(failure, readFailed);
  return { rows: useMemo(() => treeRows(folders, expanded), [folders, expanded]), toggle, loadMore, refresh };
}

/** What is open, when one comes back to the window. */
function useReadAgain(read: (folder: string) => Promise<void>, expanded: ReadonlySet<string>): void {
  useEffect(() => {
    const readAll = (): void => expanded.forEach((folder) => void read(folder));
    window.addEventListener('focus', readAll);
    return () => window.removeEventListener('focus', readAll);
  }, [read, expanded]);
}
