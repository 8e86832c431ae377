import { relative } from 'node:path';
import type { DataDirectories } from '../runtime/data-directories';
import type { Treatment } from './folder-copy';

/** Folder of a backup for what is below the data root. */
export const ROOT = 'root';
/** Folder of a backup for the blobs, wherever they lay. */
export const STORAGE = 'storage';

/** Written at each start of the service. */
const MADE_AT_START = ['codex_tools', 'sandbox', 'service.lock', 'service.lock-journal'];
const DATABASE_FILES =
  /^(?:chat\.sqlite(?:\.replaced|\.restored)?(?:-wal|-shm|-journal)?|service\.lock(?:-journal)?|reserve)$/;
const CODEX_HOME = /^(?:codex_home|users\/[^/]+\/codex_home|sessions\/[^/]+\/[^/]+\/CODEX_HOME)$/;
/** The /tmp of a chat's commands. */
const CHAT_TMP = /^sessions\/[^/]+\/[^/]+\/tmp$/;
/** Links to objects of a repository, which are made anew when they are needed. */
const CHAT_OBJECTS = /^sessions\/[^/]+\/[^/]+\/repository$/;
/** What codex makes anew: programs for its commands, logs, locks. */
const MADE_BY_CODEX = /^(?:\.?tmp|log|logs_\d+\.sqlite|thread-writer-locks|.*\.sqlite-(?:wal|shm|journal))$/;

/** What becomes of what lies in the data root; by paths below it. */
export class DataFolders {
  private readonly database: string;
  private readonly storage: string;

  constructor({ root, database, storage }: DataDirectories) {
    this.database = relative(root, database);
    this.storage = relative(root, storage);
  }

  /** Is of no use in another place, or at another time. */
  isMadeAtStart(path: string): boolean {
    return MADE_AT_START.includes(path);
  }

  /** A CODEX_HOME: copied last, shortly before the database, which knows of what is missing in it. */
  isCodexHome(path: string): boolean {
    return CODEX_HOME.test(path);
  }

  treatmentOf(path: string): Treatment {
    if (this.isMadeAtStart(path) || CHAT_TMP.test(path) || CHAT_OBJECTS.test(path) || path === this.storage)
      return 'leave';
    const inDatabase = relative(this.database, path);
    return DATABASE_FILES.test(inDatabase) ? 'leave' : 'copy';
  }

  /** @param path below a CODEX_HOME */
  treatmentInCodexHome(path: string): Treatment {
    if (MADE_BY_CODEX.test(path)) return 'leave';
    if (path.endsWith('.sqlite')) return 'sqlite';
    return path.endsWith('.jsonl') ? 'lines' : 'copy';
  }
}
