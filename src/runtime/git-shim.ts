import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectories } from './data-directories';
import { findProgram, quoted } from './shim-script';

/** What codex's own calls of git begin with, and those of nobody else (seen with 0.169.0). */
const CODEX_CALL = '-c safe.bareRepository=explicit';

/**
 * A `git` of ours, first on codex's own PATH, that sends codex's own questions away and passes every other call on.
 *
 * Where a folder above the workspace is a repository, codex asks git four times in each turn for its state, and tells
 * the model's provider in a header that nobody here reads: 5 of a turn's 23 ms (measured with 0.169.0). The agent's
 * commands have another PATH and do not meet this one.
 *
 * It names no interpreter on purpose. A shell, and what starts programs as POSIX's `execvp` does, gives it to `sh`; codex
 * on Linux (musl's `posix_spawnp`) is refused at once, so that its four questions cost no process: 2.7 of a turn's 27 ms.
 */
export class GitShim {
  readonly folder: string;

  constructor(directories: DataDirectories) {
    this.folder = directories.tools;
  }

  /** @param searchPath folders among which the real `git` is; without one nothing is written */
  async write(searchPath: string): Promise<void> {
    const real = findProgram('git', searchPath);
    if (real === undefined) return;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.folder, 'git'), scriptOf(real), { mode: 0o700 });
  }
}

/** 128 is git's own answer where there is no repository. */
const scriptOf = (real: string): string =>
  [`[ "$1 $2" = '${CODEX_CALL}' ] && exit 128`, `exec ${quoted(real)} "$@"`, ''].join('\n');
