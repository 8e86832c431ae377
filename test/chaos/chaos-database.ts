import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_UNDER_TEST, DialectName } from '../support/open-database';
import { PostgresServer } from '../support/postgres-server';
import { readDatabase } from './evidence/database-rows';
import { checkFile, keepFile, readingFile, readingServer, StoredRows } from './evidence/stored-rows';

/** Longer than a server that was killed takes to come back. */
const START_WAIT_SECONDS = '20';

/** `--database postgres` or `sqlite` on the command line; else by `TEST_DATABASE`. */
export function databaseOfRun(): DialectName {
  const place = process.argv.indexOf('--database');
  const named = place < 0 ? DATABASE_UNDER_TEST : process.argv[place + 1];
  if (named === 'sqlite' || named === 'postgres') return named;
  throw new Error(`--database takes sqlite or postgres, not "${named}"`);
}

/** The database of a world: it is read past the service. */
export interface ChaosDatabase {
  /** What the service needs to know of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** The server, where there is one. */
  readonly server: PostgresServer | undefined;
  reading<T>(read: (rows: StoredRows) => Promise<T>): Promise<T>;
  /** Looks for damages while the service does not run: `ok`, or what is wrong. */
  integrity(): Promise<string>;
  /** Copies what is in it into a folder. */
  keep(folder: string): Promise<void>;
  dispose(): Promise<void>;
}

/** @param folder where the service would have its file */
export async function openChaosDatabase(name: DialectName, folder: () => string): Promise<ChaosDatabase> {
  return name === 'sqlite' ? fileIn(folder) : onServer(await PostgresServer.start());
}

const fileIn = (folder: () => string): ChaosDatabase => ({
  environment: { DATABASE_URL: '' },
  server: undefined,
  reading: (read) => readingFile(folder(), read),
  integrity: () => Promise.resolve(checkFile(folder())),
  keep: (at) => Promise.resolve(keepFile(folder(), at)),
  dispose: () => Promise.resolve(),
});

/** One of its own that writes to the disk when it says so, to be killed with the service or without. */
const onServer = (server: PostgresServer): ChaosDatabase => {
  const url = server.url('postgres');
  const reading: ChaosDatabase['reading'] = (read) => readingServer(url, read);
  return {
    environment: { DATABASE_URL: url, DATABASE_START_WAIT_SECONDS: START_WAIT_SECONDS },
    server,
    reading,
    integrity: () => reading((rows) => rows.integrity()),
    keep: async (at) => writeFileSync(join(at, 'database.json'), JSON.stringify(await reading(readDatabase))),
    dispose: () => server.dispose(),
  };
};
