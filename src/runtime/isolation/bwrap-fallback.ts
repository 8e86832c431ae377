import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, sep } from 'node:path';
import { ConfigError } from '../../config/config.error';
import { WRAPPER_VARIABLE } from '../child-environment';
import { findProgram } from '../shell';

const PLACES = ['/var/tmp', '/tmp', '/dev/shm', homedir()];
const PROGRAM = 'bwrap';
/** The same for every service of this user. Without the variable it fails, and with it the command. */
const SCRIPT = `#!/bin/sh\nexec "\${${WRAPPER_VARIABLE}:?}/${PROGRAM}" "$@"\n`;

/**
 * The fallback to the wrapper in another tree of the disk, for commands whose working directory the agent has chosen.
 *
 * Codex passes over a `bwrap` that lies below a command's working directory, but for the machine's root, and takes the
 * next of the PATH or its own (quirk `bwrap-lookup`): a command in the data root would go around the wrapper. This one has
 * no folder above it, but the root, in common with the other, so codex finds one of the two wherever it looks from.
 */
export class BwrapFallback {
  readonly folder: string;

  /**
   * @param other folder of the other `bwrap`, which exists
   * @throws ConfigError when there is no other tree where a program can be kept
   */
  constructor(other: string) {
    const places = PLACES.filter((place) => ![undefined, treeOf(other)].includes(treeOf(place)));
    const folders = places.map((place) => join(place, `.codex-relay-${process.geteuid?.() ?? ''}`));
    const folder = folders.find(canKeep);
    if (folder === undefined) {
      const wanted = `one of ${places.join(', ')} must be a folder where this user can keep a program`;
      throw new ConfigError(`${wanted}: without it a command of the agent could go around the wrapper of its sandbox`);
    }
    this.folder = folder;
  }

  /** Others may have cleaned up meanwhile. @throws Error also where somebody else has taken the place */
  keep(): void {
    write(this.folder);
  }
}

function canKeep(folder: string): boolean {
  try {
    write(folder);
    // Not where programs cannot be run.
    return findProgram(PROGRAM, folder) !== undefined;
  } catch {
    return false;
  }
}

/** At once, because another service may be using it. @throws Error also where somebody else could change it */
function write(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = lstatSync(folder);
  if (uid !== process.geteuid?.() || (mode & 0o022) !== 0) throw new Error(`${folder} is somebody else's`);
  const draft = join(folder, randomBytes(8).toString('hex'));
  try {
    writeFileSync(draft, SCRIPT, { mode: 0o700, flag: 'wx' });
    renameSync(draft, join(folder, PROGRAM));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** The folder below the machine's root that a path leads into, whatever links it has; undefined when there is none. */
function treeOf(path: string): string | undefined {
  try {
    return realpathSync(path).split(sep)[1];
  } catch {
    return undefined;
  }
}
