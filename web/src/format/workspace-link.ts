/** A file of the workspace that a text links to. */
export interface WorkspaceTarget {
  /** Relative to the workspace. */
  path: string;
  /** From 1; null where none is named. */
  line: number | null;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:(?!\d+(?::\d+)?$)/i;
const PLACE = /(?:#L(\d+)(?:-L?\d+)?|:(\d+)(?::\d+)?)$/;
/** Where workspaces lie on the service's disk, and in a sandbox: agents write such paths too. */
const WORKSPACE = /^.*?\/workspace\//;

/** The file that a link leads to; null for addresses, places of the page, and what lies elsewhere. */
export function workspaceTarget(href: string): WorkspaceTarget | null {
  if (href === '' || href.startsWith('#') || href.startsWith('//') || SCHEME.test(href)) return null;
  const [, hash, colon] = PLACE.exec(href) ?? [];
  const named = decoded(href.replace(PLACE, ''));
  const isAbsolute = named?.startsWith('/') ?? false;
  if (named === null || (isAbsolute && !WORKSPACE.test(named))) return null;
  const parts = (isAbsolute ? named.replace(WORKSPACE, '') : named)
    .split('/')
    .filter((part) => part !== '.' && part !== '');
  if (parts.length === 0 || parts.includes('..') || named.includes('\\') || named.includes('\0')) return null;
  return { path: parts.join('/'), line: Number(hash ?? colon ?? 0) || null };
}

function decoded(href: string): string | null {
  try {
    return decodeURIComponent(href);
  } catch {
    return null;
  }
}

const PREFIX = '#/workspace?';

/** The same as a place of the page, which the rules for links let pass. */
export const workspaceHash = ({ path, line }: WorkspaceTarget): string =>
  PREFIX + new URLSearchParams({ path, ...(line !== null && { line: String(line) }) }).toString();

/** Null for any other place of the page. */
export function targetOfHash(href: string): WorkspaceTarget | null {
  if (!href.startsWith(PREFIX)) return null;
  const query = new URLSearchParams(href.slice(PREFIX.length));
  const path = query.get('path');
  return path ? { path, line: Number(query.get('line')) || null } : null;
}
