import type { ConfinedFolder } from '../runtime/confined/confined-folder';
import { openHeld } from '../runtime/confined/confined-folder';
import { Gitignore } from './gitignore';

const FILE = Buffer.from('.gitignore');
const GIT = '.git';
const MAX_FILE_BYTES = 128 * 1024;
/** For all names of one answer. */
const BUDGET_MS = 200;

interface Level {
  /** Names above the file. */
  readonly depth: number;
  readonly rules: Gitignore;
}

/** Which names of one folder the `.gitignore` files of the workspace leave out. */
export class IgnoredNames {
  private spentMs = 0;

  private constructor(
    private readonly folder: readonly string[],
    private readonly levels: readonly Level[],
  ) {}

  /** Reads the files of the folder and of those above it; what cannot be read says nothing. */
  static async of(workspace: ConfinedFolder, folder: readonly Buffer[]): Promise<IgnoredNames> {
    const levels: Level[] = [];
    for (let depth = folder.length; depth >= 0; depth -= 1) {
      const text = await textOf(workspace, [...folder.slice(0, depth), FILE]);
      if (text !== '') levels.push({ depth, rules: new Gitignore(text) });
    }
    return new IgnoredNames(
      folder.map((name) => name.toString()),
      levels,
    );
  }

  /** Null where it takes too long to tell. */
  isIgnored(name: Buffer, isFolder: boolean): boolean | null {
    if (this.spentMs > BUDGET_MS) return null;
    const startedAt = performance.now();
    const ignored = this.decide([...this.folder, name.toString()], isFolder);
    this.spentMs += performance.now() - startedAt;
    return ignored;
  }

  /** What is in a folder that is left out is, too, whatever is said of it. */
  private decide(names: readonly string[], isFolder: boolean): boolean {
    if (names.includes(GIT)) return true;
    return names.some((_, index) => this.decideOne(names.slice(0, index + 1), isFolder || index + 1 < names.length));
  }

  private decideOne(names: readonly string[], isFolder: boolean): boolean {
    for (const { depth, rules } of this.levels) {
      const decided = depth < names.length ? rules.decide(names.slice(depth), isFolder) : undefined;
      if (decided !== undefined) return decided;
    }
    return false;
  }
}

async function textOf(workspace: ConfinedFolder, names: readonly Buffer[]): Promise<string> {
  try {
    return await workspace.hold(
      names,
      async (entry) => {
        if (entry.stats.size > MAX_FILE_BYTES) return '';
        const file = await openHeld(entry, '.gitignore');
        try {
          const bytes = Buffer.alloc(Math.min(entry.stats.size, MAX_FILE_BYTES));
          const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
          return bytes.toString('utf8', 0, bytesRead);
        } finally {
          await file.close();
        }
      },
      false,
    );
  } catch {
    return '';
  }
}
