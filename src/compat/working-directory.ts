import { posix } from 'node:path';
import { DomainError } from '../common/domain.error';

/**
 * The folders without anything in them that clients of other backends name, as in those backends' own examples. The workspace of
 * a new chat is one.
 */
const EMPTY_FOLDERS: readonly string[] = ['/tmp', '/tmp/codex-empty'];
const MAX_LENGTH = 500;
/** It is told to the agent in one line. */
const HIDDEN = /[\p{Cc}\u2028\u2029`]/u;

/**
 * What a contract's working directory means: always one inside of the chat's own workspace.
 *
 * @returns the folder, relative to the workspace; `.` for the workspace itself
 * @throws DomainError 403 `working_directory_not_allowed` for a folder anywhere else
 */
export function folderInWorkspace(directory: string | undefined): string {
  if (directory === undefined || directory === '' || EMPTY_FOLDERS.includes(withoutEnd(directory))) return '.';
  const folder = withoutEnd(posix.normalize(directory));
  const leavesIt = posix.isAbsolute(folder) || folder === '..' || folder.startsWith('../');
  if (leavesIt || folder.length > MAX_LENGTH || HIDDEN.test(folder)) throw NOT_ALLOWED;
  return folder;
}

const TOLD = /^Work in the folder `([^`]*)` of the workspace; make it if it is not there\.(?:\n\n|$)/;

/**
 * What a chat is told where its agent is to work in a folder of the workspace.
 *
 * @param instructions what else it is told
 * @returns undefined for nothing
 */
export function instructionsFor(folder: string, instructions?: string | null): string | undefined {
  const where = folder === '.' ? '' : `Work in the folder \`${folder}\` of the workspace; make it if it is not there.`;
  return [where, instructions].filter(Boolean).join('\n\n') || undefined;
}

/** The two apart again. */
export function settingsIn(told: string | null): { folder: string; instructions: string | null } {
  const [where = '', folder = '.'] = TOLD.exec(told ?? '') ?? [];
  return { folder, instructions: told?.slice(where.length) || null };
}

const withoutEnd = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, '') || '/' : path);

const NOT_ALLOWED = new DomainError(
  403,
  'working_directory_not_allowed',
  'Each thread has a workspace of its own, and works in it alone: leave the working directory out, or name a folder in the workspace by a relative path.',
);
