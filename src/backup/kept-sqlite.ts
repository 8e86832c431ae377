import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { openWriter } from '../database/sqlite-data-source';
import { lock } from '../runtime/data-root-lock';
import { schema } from '../schema';
import { BackupError } from './backup.error';
import { KeptDatabase } from './kept-database';
import { checkSqlite, snapshotSqlite } from '../database/sqlite-snapshot';

const DATABASE_FILE = 'chat.sqlite';
/** What SQLite keeps beside a database, and would take for that of another one. */
const BESIDE = ['-wal', '-shm', '-journal'];

/** Behind the name of what was there before, until a restore is done. */
const REPLACED = '.replaced';

/** The file of SQLite. */
export class KeptSqlite extends KeptDatabase {
  readonly kind = 'sqlite';
  readonly fileName = DATABASE_FILE;
  readonly description: string;
  private readonly held: object[] = [];

  /** @param folder of the file */
  constructor(private readonly folder: string) {
    super();
    this.description = join(folder, DATABASE_FILE);
  }

  serverVersion(): Promise<null> {
    return Promise.resolve(null);
  }

  async save(file: string): Promise<void> {
    if (!existsSync(this.description)) throw new BackupError(`there is no database ${this.description}`);
    await snapshotSqlite(this.description, file);
    await checkSqlite(file);
  }

  async lock(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    this.held.push(await lock(this.folder));
  }

  hasData(): Promise<boolean> {
    return Promise.resolve(existsSync(this.description));
  }

  /** The file last: it tells that all of them are aside. */
  async putAside(): Promise<void> {
    const replaced = `${this.description}${REPLACED}`;
    const isAside = existsSync(replaced);
    for (const suffix of [...BESIDE, '']) {
      const path = `${this.description}${suffix}`;
      if (!existsSync(path)) continue;
      if (isAside) await rm(path);
      else await rename(path, `${replaced}${suffix}`);
    }
  }

  async removeReplaced(): Promise<void> {
    for (const suffix of ['', ...BESIDE]) await rm(`${this.description}${REPLACED}${suffix}`, { force: true });
  }

  async load(file: string): Promise<void> {
    const loaded = `${this.description}.restored`;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await copyFile(file, loaded);
    for (const suffix of BESIDE) await rm(`${this.description}${suffix}`, { force: true });
    await rename(loaded, this.description);
  }

  open(): Promise<DataSource> {
    return openWriter(this.folder, schema);
  }
}
