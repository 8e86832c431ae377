import type { CopiedTable, RowDigest } from './copied-table';
import type { CopyDatabase } from './copy-database';
import { CopyState } from './copy-state';

/** Told of the progress: a line. */
export type Say = (line: string) => void;

/** What was copied of a table, and found to be the same on both sides. */
export interface CopiedRows {
  readonly table: string;
  readonly rows: number;
  readonly checksum: string;
}

export interface CopySource {
  readonly database: CopyDatabase;
  /** Which database it is, without secrets. */
  readonly description: string;
}

/** The copy cannot begin, or is not what it should be; the message says why, and what to do. */
export class CopyError extends Error {
  override readonly name = 'CopyError';
}

/**
 * Copies all rows of all tables of the schema into a database that has none, or goes on with a copy that was interrupted;
 * then compares counts and checksums of both. What is no table of the schema, such as an index for searching, the
 * target makes itself from the rows.
 *
 * @throws CopyError, and Error of a database
 */
export async function copyAll(source: CopySource, target: CopyDatabase, say: Say): Promise<CopiedRows[]> {
  const state = new CopyState(target);
  const isNew = (await target.migrations()).length === 0;
  await target.migrate();
  await compareMigrations(source.database, target);
  const tables = await target.tables();
  const begun = await state.source();
  if (begun === undefined) {
    if (isNew) for (const table of [...tables].reverse()) await target.clear(table);
    else if (await hasRows(target, tables)) return comparedWith(source.database, target, tables, say);
    await state.begin(source.description);
  } else if (begun !== source.description) {
    throw new CopyError(`the target holds an unfinished copy of ${begun}: go on with that one, or empty the target`);
  } else say('going on with the copy that was begun');
  for (const table of tables) await copyTable(source.database, target, table, state, say);
  const copied = await compareRows(source.database, target, tables, say);
  await state.end();
  return copied;
}

async function compareMigrations(source: CopyDatabase, target: CopyDatabase): Promise<void> {
  const [those, these] = [await source.migrations(), await target.migrations()];
  const missing = these.filter((name) => !those.includes(name));
  const unknown = those.filter((name) => !these.includes(name));
  if (missing.length > 0) {
    throw new CopyError(
      `the source lacks the migration ${missing.join(', ')}: start this version of the service on it once, and stop it`,
    );
  }
  if (unknown.length > 0) {
    throw new CopyError(`the source has the migration ${unknown.join(', ')} of a later version: copy it with that one`);
  }
}

async function hasRows(target: CopyDatabase, tables: readonly CopiedTable[]): Promise<boolean> {
  for (const table of tables) if (await target.hasRows(table)) return true;
  return false;
}

/** A copy that was whole when it was interrupted is one. @throws CopyError for a target with other rows. */
async function comparedWith(
  source: CopyDatabase,
  target: CopyDatabase,
  tables: readonly CopiedTable[],
  say: Say,
): Promise<CopiedRows[]> {
  for (const table of tables) {
    const [there, here] = [await source.count(table), await target.count(table)];
    if (there === here) continue;
    throw new CopyError(`the target has data of its own (${here} rows in ${table.name}): give an empty database`);
  }
  say('the target has as many rows as the source');
  return compareRows(source, target, tables, say);
}

async function copyTable(
  source: CopyDatabase,
  target: CopyDatabase,
  table: CopiedTable,
  state: CopyState,
  say: Say,
): Promise<void> {
  let progress = await state.progressOf(table);
  if (progress.isDone) return;
  const tell = slowly(say);
  const total = await source.count(table);
  for await (const rows of source.batches(table, progress.last)) {
    const [newest = []] = rows.slice(-1);
    const next = { last: table.keyOf(newest), rows: progress.rows + rows.length, isDone: false };
    await target.transaction(async (tx) => {
      await tx.insert(table, rows);
      await state.noteProgress(tx, table, next);
    });
    progress = next;
    tell(`${table.name}: ${progress.rows} of ${total} rows`);
  }
  const done = { ...progress, isDone: true };
  await target.transaction((tx) => state.noteProgress(tx, table, done));
  say(`${table.name}: ${done.rows} rows copied`);
}

/** @throws CopyError naming the table that differs. */
async function compareRows(
  source: CopyDatabase,
  target: CopyDatabase,
  tables: readonly CopiedTable[],
  say: Say,
): Promise<CopiedRows[]> {
  const copied: CopiedRows[] = [];
  for (const table of tables) {
    const [there, here] = [await source.digest(table), await target.digest(table)];
    if (there.checksum !== here.checksum) throw new CopyError(differenceOf(table, there, here));
    say(`${table.name}: ${here.rows} rows are the same`);
    copied.push({ table: table.name, ...here });
  }
  return copied;
}

const differenceOf = ({ name }: CopiedTable, there: RowDigest['result'], here: RowDigest['result']): string =>
  there.rows === here.rows
    ? `rows of ${name} differ between source and target: the source has changed meanwhile; empty the target and copy again`
    : `${name} has ${there.rows} rows in the source and ${here.rows} in the target: empty the target and copy again`;

const PROGRESS_MS = 2_000;

function slowly(say: Say): Say {
  let saidAt = performance.now();
  return (line) => {
    if (performance.now() - saidAt < PROGRESS_MS) return;
    saidAt = performance.now();
    say(line);
  };
}
