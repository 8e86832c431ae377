import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseConfig } from '../config/database.config';
import { Environment } from '../config/environment';
import { loadConfig } from '../config/load-config';
import { describePostgres, lockPostgres, openPostgres } from '../database/postgres-alone';
import { openWriter } from '../database/sqlite-data-source';
import { refuseUnfinishedRestore } from '../database/unfinished-restore';
import { lock } from '../runtime/data-root-lock';
import { withoutLinks } from '../runtime/without-links';
import { schema } from '../schema';
import { CopyError } from './copy';
import { CopyDatabase } from './copy-database';

const DATABASE_FILE = 'chat.sqlite';
/** Stands for the address in the settings, so that its password is on no command line. */
const OF_SETTINGS = 'DATABASE_URL';

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
 * Understands an argument: the folder of `chat.sqlite`, that file itself, a data root with a `db`, the address of a
 * PostgreSQL database, or `DATABASE_URL` for that of the settings.
 *
 * @param mustExist it is no new one
 * @throws CopyError for an address of something else, ConfigError for one that makes no sense
 */
export function placeOf(argument: string, mustExist: boolean): Place {
  if (argument === OF_SETTINGS || /^postgres(?:ql)?:\/\//i.test(argument)) return postgresPlace(argument);
  if (/^[a-z]+:\/\//i.test(argument)) {
    throw new CopyError(
      'a place is a folder with a chat.sqlite, postgres://USER@HOST:PORT/NAME, or DATABASE_URL for that of the settings',
    );
  }
  return sqlitePlace(argument, mustExist);
}

/** TLS is that of the settings. */
function postgresPlace(argument: string): Place {
  const settings = loadConfig(DatabaseConfig, Environment.load());
  const url = argument === OF_SETTINGS ? settings.url : argument.replace(/^postgres(?:ql)?:/i, 'postgres:');
  const config = Object.assign(new DatabaseConfig(), settings, { url });
  if (config.url === '') throw new CopyError('DATABASE_URL is not set');
  const description = describePostgres(config);
  return {
    description,
    open: async () => {
      held.push(await lockPostgres(config));
      const dataSource = await openPostgres(config, schema);
      await refuseUnfinishedRestore(dataSource);
      return { database: new CopyDatabase(dataSource), description };
    },
  };
}

function sqlitePlace(argument: string, mustExist: boolean): Place {
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

/** Locks end when what holds them is collected, or the process ends. */
const held: object[] = [];

function folderOf(argument: string): string {
  const path = withoutLinks(resolve(argument));
  if (basename(path) === DATABASE_FILE) return dirname(path);
  return !existsSync(join(path, DATABASE_FILE)) && existsSync(join(path, 'db', DATABASE_FILE))
    ? join(path, 'db')
    : path;
}
