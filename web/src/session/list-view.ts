import { useCallback, useState } from 'react';
import type { Chat } from '../api/types';
import { readJson, writeJson } from '../browser/storage';

/** How the user looks at their chats. */
export interface ListView {
  archived: boolean;
  /** Null: in any state. */
  status: Chat['status'] | null;
  /** Null: of all projects. New chats are filed in it. */
  projectId: string | null;
  /** In folders, one a project. */
  isInFolders: boolean;
}

const KEY = 'relay.list';
const USUAL: ListView = { archived: false, status: null, projectId: null, isInFolders: false };

/** What is looked for begins anew with each page; folders stay as they were chosen. */
export function useListView(): [ListView, (changes: Partial<ListView>) => void] {
  const [view, setView] = useState(() => ({ ...USUAL, isInFolders: readJson(KEY) === 'folders' }));
  const change = useCallback((changes: Partial<ListView>) => {
    if (changes.isInFolders !== undefined) writeJson(KEY, changes.isInFolders ? 'folders' : 'days');
    setView((before) => ({ ...before, ...changes }));
  }, []);
  return [view, change];
}
