import { PostgresServer } from './postgres-server';
import { prepareTemplate } from './postgres';

declare global {
  var postgresServer: PostgresServer | undefined;
}

/**
 * Gives the suites of a run a PostgreSQL: that of TEST_DATABASE_URL, or one of its own in a temporary folder. Without fsync,
 * which only a machine that loses its power would miss: what a server that is killed has written is in the system's memory.
 */
export default async function setUp(): Promise<void> {
  let address = process.env.TEST_DATABASE_URL;
  if (address === undefined) {
    globalThis.postgresServer = await PostgresServer.start(['fsync=off']);
    address = globalThis.postgresServer.url('postgres');
  }
  await prepareTemplate(address);
}
