import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isBelow } from './covers';

const FOLDER = 'roots';
/** More are looked at by no service. */
const MAX_ROOTS = 1_000;
/** What every data root has. */
const SIGN = 'codex_home';

/**
 * The data roots of all services on this machine, in the folder where each user's services keep their `bwrap`: an agent of
 * one service is not to see those of another.
 */
export class DataRootRegister {
  /** Where those of this user are written. */
  readonly folder: string;

  /**
   * @param userFolder of this user; those of others lie beside it
   * @param root data root of this service
   */
  constructor(
    private readonly userFolder: string,
    private readonly root: string,
  ) {
    this.folder = join(userFolder, FOLDER);
  }

  /** @throws Error of the file system */
  add(): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const name = createHash('sha256').update(this.root).digest('hex').slice(0, 32);
    writeFileSync(join(this.folder, name), this.root, { mode: 0o600 });
  }

  /** Those of other services that are still there, but for one that holds this service's own. */
  others(): string[] {
    const parent = dirname(this.userFolder);
    const prefix = basename(this.userFolder).replace(/\d+$/, '');
    const folders = namesIn(parent).filter((name) => name.startsWith(prefix));
    const roots = folders.flatMap((name) => rootsIn(join(parent, name, FOLDER)));
    return [...new Set(roots)].filter((path) => path !== this.root && !isBelow(this.root, path)).sort();
  }
}

/** Believes nobody about what is not theirs. What is gone is forgotten. */
function rootsIn(folder: string): string[] {
  return namesIn(folder)
    .slice(0, MAX_ROOTS)
    .flatMap((name) => {
      const file = join(folder, name);
      try {
        const path = readFileSync(file, 'utf8');
        if (!existsSync(join(path, SIGN))) rmSync(file, { force: true });
        else if (statSync(path).uid === statSync(folder).uid) return [path];
      } catch {
        // Another user's, or removed meanwhile.
      }
      return [];
    });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
