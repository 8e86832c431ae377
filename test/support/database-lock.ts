import { join } from 'node:path';
import { Database } from 'sqlite3';

/** Another process's hold on a service's database: nobody else can write until it is released. */
export class DatabaseLock {
  private constructor(private readonly database: Database) {}

  static async take(dataRoot: string): Promise<DatabaseLock> {
    const database = new Database(join(dataRoot, 'db', 'chat.sqlite'));
    database.configure('busyTimeout', 5_000);
    const lock = new DatabaseLock(database);
    await lock.execute('BEGIN EXCLUSIVE');
    return lock;
  }

  async release(): Promise<void> {
    await this.execute('ROLLBACK');
    await new Promise<void>((resolve, reject) =>
      this.database.close((error) => (error === null ? resolve() : reject(error))),
    );
  }

  private execute(statement: string): Promise<void> {
    return new Promise((resolve, reject) =>
      this.database.exec(statement, (error) => (error === null ? resolve() : reject(error))),
    );
  }
}
