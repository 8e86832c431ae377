import { lstatSync, mkdirSync, renameSync, Stats } from 'node:fs';
import { join } from 'node:path';
import type { SandboxMode } from '../../config/agent-policy';
import { codeOf } from '../../runtime/confined/path.errors';

const GIT = '.git';
/** What codex's sandbox protects in a workspace. */
const PROTECTED = [GIT, '.agents', '.codex', '.aws'];
/** Things of one name that have been set aside before. */
const MAX_NAMES = 100;

/**
 * Makes what codex's sandbox protects in a workspace what it can protect, before each turn.
 *
 * A link is renamed: no command would run, as codex mounts nothing over a link that a command could change (quirk `protected-links`).
 * `.git` has to be a folder before a command starts: only then can the sandbox let commands write there (quirk `git-folder`). An
 * empty one is no repository yet. What an agent has made of it in an earlier turn does not matter.
 *
 * @param workspace absolute path
 * @returns words for the chat's user, one text for each that is not as it was, or not as it should be
 * @throws Error of the file system
 */
export function prepareProtected(workspace: string, sandboxMode: SandboxMode): string[] {
  if (sandboxMode === 'danger-full-access') return [];
  const words = PROTECTED.flatMap((name) => setAside(workspace, name));
  return sandboxMode === 'workspace-write' ? [...words, ...makeGitFolder(workspace)] : words;
}

function setAside(workspace: string, name: string): string[] {
  const found = find(join(workspace, name));
  const isLink = found?.isSymbolicLink() ?? false;
  if (found === undefined || !(isLink || (name === GIT && !found.isDirectory()))) return [];
  const aside = freeName(workspace, name);
  renameSync(join(workspace, name), join(workspace, aside));
  const fault = isLink
    ? 'a link, with which no command runs in the sandbox'
    : 'no folder, so that git cannot write there';
  return [`"${name}" is ${fault}: it is called "${aside}" now.`];
}

function makeGitFolder(workspace: string): string[] {
  try {
    mkdirSync(join(workspace, GIT), { mode: 0o700 });
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'EEXIST') return [`The agent cannot use git in this turn: ".git" cannot be made (${code}).`];
  }
  return [];
}

function freeName(workspace: string, name: string): string {
  for (let count = 1; count <= MAX_NAMES; count += 1) {
    const aside = `${name}.set-aside${count === 1 ? '' : `-${count}`}`;
    if (find(join(workspace, aside)) === undefined) return aside;
  }
  throw new Error(`${MAX_NAMES} things called "${name}" have been set aside: remove those`);
}

/** At once: a look takes less than to ask another thread for it. */
const find = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });
