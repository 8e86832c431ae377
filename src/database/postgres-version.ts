import type { DataSource } from 'typeorm';
import { ConfigError } from '../config/config.error';

const OLDEST_VERSION = 14;

/** Such as 15. @throws ConfigError for one that this service does not work on, or a database of another encoding. */
export async function requireVersion(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query<{ version: string; encoding: string }[]>(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`,
  );
  const major = Math.floor(Number(row?.version) / 10_000);
  if (major < OLDEST_VERSION) {
    throw new ConfigError(
      `PostgreSQL ${major} is too old: DATABASE_URL must name one of version ${OLDEST_VERSION} or later`,
    );
  }
  if (row?.encoding !== 'UTF8') {
    throw new ConfigError(`the database's encoding is ${row?.encoding}: make one with ENCODING 'UTF8'`);
  }
  return major;
}
