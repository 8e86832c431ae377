import { join } from 'node:path';
import { promisify } from 'node:util';
import * as sqlite3 from 'sqlite3';

const LOG_FILE = 'logs_2.sqlite';
/** Another app-server of the same home may be writing. */
const PATIENCE_MS = 1_000;

const KEEP_PROBLEMS = `CREATE TRIGGER IF NOT EXISTS codex_relay_keeps_problems BEFORE INSERT ON logs
  WHEN NEW.level NOT IN ('WARN', 'ERROR') BEGIN SELECT RAISE(IGNORE); END`;

/**
 * Has codex keep only warnings and errors in the log database of a home. To be called when an app-server of the home has
 * started, which makes the database; never throws.
 *
 * It writes all that it traces there, a dozen rows and 20 KB in each turn, and has no setting for it: a tenth of what a
 * machine does in turns a second, and what people report as terabytes a year (measured with 0.169.0; openai/codex issue
 * 28224, where this trigger comes from).
 */
export async function keepProblemsOnly(codexHome: string): Promise<void> {
  const database = await openExisting(join(codexHome, LOG_FILE)).catch(() => undefined);
  if (database === undefined) return;
  database.configure('busyTimeout', PATIENCE_MS);
  try {
    await promisify<string, void>(database.exec.bind(database))(KEEP_PROBLEMS);
  } catch {
    // Locked, which the next start may find otherwise, or of a codex that logs in another way.
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
