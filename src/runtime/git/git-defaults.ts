import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * What the agents' git goes by where neither the machine nor a repository says otherwise: so that `git commit` works without a
 * question for a name. Variables (`GIT_AUTHOR_NAME`) would go before what a repository says.
 */
const DEFAULTS = `[user]
	name = Codex
	email = codex@localhost
[init]
	defaultBranch = main
[gc]
	autoDetach = false
[include]
	path = /etc/gitconfig
`;

/** The file, in the folder that every sandbox shows and none can write. */
export const gitDefaultsIn = (sandbox: string): string => join(sandbox, 'gitconfig');

/** @throws Error of the file system */
export async function writeGitDefaults(sandbox: string): Promise<void> {
  await mkdir(sandbox, { recursive: true, mode: 0o700 });
  await writeFile(gitDefaultsIn(sandbox), DEFAULTS, { mode: 0o600 });
}
