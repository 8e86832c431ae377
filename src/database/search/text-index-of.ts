import type { EntityManager } from 'typeorm';
import { PostgresTextIndex } from './postgres-text-index';
import { SqliteTextIndex } from './sqlite-text-index';
import type { TextIndex } from './text-index';

const ON_SQLITE = new SqliteTextIndex();
const ON_POSTGRES = new PostgresTextIndex();

/** The index of the database that `read` belongs to. */
export const textIndexOf = ({ connection }: EntityManager): TextIndex =>
  connection.options.type === 'postgres' ? ON_POSTGRES : ON_SQLITE;
