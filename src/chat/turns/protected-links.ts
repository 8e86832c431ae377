import { lstatSync, renameSync, Stats } from 'node:fs';
import { join } from 'node:path';

/** What codex's sandbox protects in a workspace. */
const PROTECTED = ['.git', '.agents', '.codex', '.aws'];
/** Links of one name that have been set aside before. */
const MAX_NAMES = 100;

/**
 * Renames what the sandbox protects in a workspace and is a link: no command would run, as codex mounts nothing over a link that
 * a command could change (quirk `protected-links`).
 *
 * @param workspace absolute path
 * @returns words for the chat's user, one text for each that was renamed
 * @throws Error of the file system
 */
export function setLinksAside(workspace: string): string[] {
  const words: string[] = [];
  for (const name of PROTECTED) {
    if (!find(join(workspace, name))?.isSymbolicLink()) continue;
    const aside = freeName(workspace, name);
    renameSync(join(workspace, name), join(workspace, aside));
    words.push(`"${name}" is a link, with which no command runs in the sandbox: it is called "${aside}" now.`);
  }
  return words;
}

function freeName(workspace: string, name: string): string {
  for (let count = 1; count <= MAX_NAMES; count += 1) {
    const aside = `${name}.set-aside${count === 1 ? '' : `-${count}`}`;
    if (find(join(workspace, aside)) === undefined) return aside;
  }
  throw new Error(`${MAX_NAMES} links called "${name}" have been set aside: remove those`);
}

/** At once: four looks take less than to ask another thread for them. */
const find = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
