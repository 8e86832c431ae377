import { createContext, useContext } from 'react';
import type { WorkspaceTarget } from '../../format/workspace-link';

/** Opens a file of the chat's workspace; null where there is none to be read. */
export const FileViewerContext = createContext<((target: WorkspaceTarget) => void) | null>(null);

export const useFileViewer = (): ((target: WorkspaceTarget) => void) | null => useContext(FileViewerContext);
