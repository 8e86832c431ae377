import { join } from 'node:path';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';
import { lockSqliteFile, SqliteFileBusyError } from '../database/sqlite-file';
import { DataDirectories } from './data-directories';

const LOCK_FILE = 'service.lock';
/** A predecessor that was just killed holds its lock until the system has cleared it away. */
const PATIENCE_MS = 1_000;

/**
 * Lets one service at a time work on a data root: a second one would end the turns of the first, and run its queued ones
 * again.
 *
 * SQLite's lock on a file of its own, because it ends with the process, however that ends, on every platform, and is
 * seen from another container on the same volume.
 */
export class DataRootLock {
  /** Open, and so locked, to the end of the process. */
  private readonly held: object[] = [];
  private taken: Promise<void> | undefined;

  constructor(private readonly directories: DataDirectories) {}

  /** Makes the folders that are missing, and locks them until this process ends, once. @throws ConfigError */
  take(): Promise<void> {
    return (this.taken ??= this.lockFolders());
  }

  private async lockFolders(): Promise<void> {
    await this.directories.prepare();
    const { root, database } = this.directories;
    for (const folder of new Set([root, database])) this.held.push(await lock(folder));
  }
}

async function lock(folder: string): Promise<object> {
  const path = join(folder, LOCK_FILE);
  try {
    return await lockSqliteFile(path, PATIENCE_MS);
  } catch (error) {
    if (!(error instanceof SqliteFileBusyError)) throw new ConfigError(`${path} cannot be locked: ${messageOf(error)}`);
    throw new ConfigError(
      `another codex-relay is running on ${folder}; stop it, or set CODEX_DATA_ROOT and CODEX_DB_ROOT to folders of their own`,
    );
  }
}
