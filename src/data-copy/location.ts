import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { openWriter } from '../database/sqlite-data-source';
import { lock } from '../runtime/data-root-lock';
import { withoutLinks } from '../runtime/without-links';
import { schema } from '../schema';
import { CopyError } from './copy';
import { CopyDatabase } from './copy-database';

const DATABASE_FILE = 'chat.sqlite';

/** A database of the command line, open, with every service kept away from it until this process ends. */
export interface OpenedDatabase {
  readonly database: CopyDatabase;
  /** Which it is, without secrets. */
  readonly description: string;
}

/** Where a database is. */
export interface Place {
  /** Which it is, without secrets; the same for the same. */
  readonly description: string;
  /** @throws CopyError, ConfigError while a service uses it */
  open(): Promise<OpenedDatabase>;
}

/**
 * Understands an argument: the folder of `chat.sqlite`, that file itself, or a data root with a `db`.
 *
 * @param mustExist it is no new one
 * @throws CopyError for an address
 */
export function placeOf(argument: string, mustExist: boolean): Place {
  if (/^[a-z]+:\/\//i.test(argument)) {
    throw new CopyError('a place is a folder with a chat.sqlite: databases with an address cannot be copied yet');
  }
  const folder = folderOf(argument);
  const description = join(folder, DATABASE_FILE);
  return {
    description,
    open: async () => {
      if (mustExist && !existsSync(description)) throw new CopyError(`there is no database ${description}`);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      held.push(await lock(folder));
      return { database: new CopyDatabase(await openWriter(folder, schema)), description };
    },
  };
}

/** Locks end when what holds them is collected. */
const held: object[] = [];

function folderOf(argument: string): string {
  const path = withoutLinks(resolve(argument));
  if (basename(path) === DATABASE_FILE) return dirname(path);
  return !existsSync(join(path, DATABASE_FILE)) && existsSync(join(path, 'db', DATABASE_FILE))
    ? join(path, 'db')
    : path;
}
