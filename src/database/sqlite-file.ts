import { promisify } from 'node:util';
import * as sqlite3 from 'sqlite3';

/** Another process has the lock. */
export class SqliteFileBusyError extends Error {
  override readonly name = 'SqliteFileBusyError';
}

/**
 * Makes the file where it is missing, and holds SQLite's lock on it to the end of the process, however that ends.
 *
 * @param patienceMs how long another process is waited for
 * @returns what must be kept: its end is the lock's
 * @throws SqliteFileBusyError, and Error of the file system
 */
export function lockSqliteFile(path: string, patienceMs: number): Promise<object> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const isTaken = 'code' in error && error.code === 'SQLITE_BUSY';
      reject(isTaken ? new SqliteFileBusyError(error.message) : error);
    };
    const file = new sqlite3.Database(path, (error) => {
      if (error) return fail(error);
      file.configure('busyTimeout', patienceMs);
      file.run('BEGIN EXCLUSIVE', (refusal: Error | null) => (refusal ? fail(refusal) : resolve(file)));
    });
  });
}

/** Runs SQL on a database of another program. @throws Error when there is none, or it is locked for longer than that. */
export async function executeInSqliteFile(path: string, statement: string, patienceMs: number): Promise<void> {
  const database = await openExisting(path);
  try {
    database.configure('busyTimeout', patienceMs);
    await promisify<string, void>(database.exec.bind(database))(statement);
  } finally {
    database.close(() => undefined);
  }
}

function openExisting(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) => {
      if (error) reject(error);
      else resolve(database);
    });
  });
}
