import { setTimeout as sleep } from 'node:timers/promises';
import * as sqlite3 from 'sqlite3';

const BUSY_TIMEOUT_MS = 10_000;
const RETRY_MS = 100;
const MAX_ATTEMPTS = 100;

/**
 * Copies a database as it is at this moment, page by page, while others read and write it.
 *
 * All pages in one step: SQLite begins anew when another process writes between two of them. Readers and, in WAL mode,
 * writers do not wait for it. `VACUUM INTO` would give rows other numbers.
 *
 * @throws Error of SQLite, also when the source is no database
 */
export async function snapshotSqlite(source: string, target: string): Promise<void> {
  const database = await openDatabase(source);
  try {
    database.configure('busyTimeout', BUSY_TIMEOUT_MS);
    // Also in the WAL: a reader finds what is committed.
    await promised((done) => database.get('SELECT COUNT(*) FROM sqlite_master', done));
    const backup = await new Promise<Backup>((resolve, reject) => {
      const begun = (database as WithBackup).backup(target, (error) => (error ? reject(error) : resolve(begun)));
    });
    try {
      for (let attempt = 1; !backup.completed; attempt += 1) {
        if (attempt > MAX_ATTEMPTS) throw new Error('the database was locked for too long');
        await promised((done) => backup.step(-1, done));
        if (!backup.completed) await sleep(RETRY_MS);
      }
    } finally {
      await promised((done) => backup.finish(done));
    }
  } finally {
    await promised((done) => database.close(done));
  }
}

/** @throws Error that says what is wrong with the pages of a database */
export async function checkSqlite(file: string): Promise<void> {
  const database = await openDatabase(file);
  try {
    const rows = await new Promise<{ quick_check: string }[]>((resolve, reject) => {
      database.all<{ quick_check: string }>('PRAGMA quick_check(1)', (error, found) =>
        error ? reject(error) : resolve(found),
      );
    });
    if (rows[0]?.quick_check !== 'ok') throw new Error(`it is damaged: ${rows[0]?.quick_check ?? 'it cannot be read'}`);
  } finally {
    await promised((done) => database.close(done));
  }
}

/** What the driver's types do not tell of. */
interface Backup {
  readonly completed: boolean;
  step(pages: number, done: Done): void;
  finish(done: Done): void;
}
type WithBackup = sqlite3.Database & { backup(path: string, done: Done): Backup };
type Done = (error: Error | null) => void;

const promised = (run: (done: Done) => unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    run((error) => (error ? reject(error) : resolve()));
  });

function openDatabase(file: string): Promise<sqlite3.Database> {
  return new Promise((resolve, reject) => {
    const database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error ? reject(error) : resolve(database),
    );
  });
}
