import { IsIn, IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { asLowerCase, asNumber, Env, EnvSecret } from './env.decorator';

export const DATABASE_SSL_MODES = ['', 'disable', 'require', 'verify-ca', 'verify-full'] as const;
export type DatabaseSslMode = (typeof DATABASE_SSL_MODES)[number];

/** PostgreSQL in place of the SQLite file. */
export class DatabaseConfig {
  /**
   * `postgres://USER:PASSWORD@HOST:PORT/NAME` of a PostgreSQL 14 or later, whose database NAME is there and empty, or this
   * service's. `?host=/run/postgresql` names a Unix socket, `?sslmode=` what DATABASE_SSL would. Not through a pooler in
   * transaction mode: the service holds a lock for as long as it runs. Empty: the SQLite file in CODEX_DB_ROOT.
   */
  @EnvSecret('DATABASE_URL')
  @IsString()
  @Matches(/^$|^postgres(ql)?:\/\//, { message: 'it must begin with postgres://' })
  url = '';

  /**
   * TLS to PostgreSQL. `disable`: none; `require`: encrypted, whoever answers; `verify-ca`: by a server with a certificate of
   * DATABASE_SSL_CA_FILE, or of a public authority; `verify-full`: one for the very host. Empty: what `sslmode` in
   * DATABASE_URL says, else none.
   */
  @Env('DATABASE_SSL', asLowerCase)
  @IsIn(DATABASE_SSL_MODES)
  ssl: DatabaseSslMode = '';

  /** PEM file with the certificates that PostgreSQL's must be signed by. Empty: those of public authorities. */
  @Env('DATABASE_SSL_CA_FILE')
  @IsString()
  sslCaFile = '';

  /** Connections to PostgreSQL: some of them write, one holds the service's lock, the others read. */
  @Env('DATABASE_POOL_SIZE', asNumber)
  @IsInt()
  @Min(4)
  @Max(200)
  poolSize = 12;

  /** How long PostgreSQL may work on one statement; the caller is told `storage_unavailable` then. */
  @Env('DATABASE_STATEMENT_TIMEOUT_SECONDS', asNumber)
  @IsInt()
  @Min(1)
  @Max(3600)
  statementTimeoutSeconds = 30;

  /** How long a start waits for a PostgreSQL that cannot be reached, or for another service that still has the database. */
  @Env('DATABASE_START_WAIT_SECONDS', asNumber)
  @IsInt()
  @Min(0)
  @Max(3600)
  startWaitSeconds = 15;
}
