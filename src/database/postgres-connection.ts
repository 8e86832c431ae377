import { existsSync, readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { messageOf } from '../common/domain.error';
import { ConfigError } from '../config/config.error';
import { DATABASE_SSL_MODES, DatabaseConfig, DatabaseSslMode } from '../config/database.config';

/** Where PostgreSQL is and who asks. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Left out: by `~/.pgpass`, or none. */
  readonly password?: string;
  readonly database: string;
  readonly ssl: ConnectionOptions | false;
}

const PORT = 5432;
const KNOWN = ['host', 'sslmode'];
/** Of Debian, Red Hat, Alpine and the others. */
const AUTHORITIES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** @throws ConfigError that says what is wrong, without the password. */
export function postgresConnection(config: DatabaseConfig): PostgresConnection {
  const url = parsed(config.url);
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`DATABASE_URL has "${unknown}", but it can have: ${KNOWN.join(', ')}`);
  const host = url.searchParams.get('host') ?? decoded(url.hostname);
  const database = decoded(url.pathname.slice(1));
  if (host === '' || database === '') {
    throw new ConfigError('DATABASE_URL lacks its host or its database: postgres://USER:PASSWORD@HOST:PORT/NAME');
  }
  return {
    ...{ host, port: Number(url.port || PORT), user: decoded(url.username) || 'postgres', database },
    ...(url.password !== '' && { password: decoded(url.password) }),
    ssl: sslOf(config, url.searchParams.get('sslmode') ?? '', host),
  };
}

/** Where it is, without who asks. */
export const addressOf = ({ host, port }: PostgresConnection): string =>
  host.startsWith('/') ? host : `${host}:${port}`;

/**
 * What PostgreSQL's own programs need to reach the same database, as variables of their environment: the password is on no
 * command line.
 *
 * @throws ConfigError as `postgresConnection`
 */
export function postgresEnvironment(config: DatabaseConfig): Record<string, string> {
  const { host, port, user, password, database, ssl } = postgresConnection(config);
  const mode = config.ssl || parsed(config.url).searchParams.get('sslmode') || 'disable';
  const isVerified = ssl !== false && ssl.rejectUnauthorized !== false;
  return {
    ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database, PGSSLMODE: mode },
    ...(password !== undefined && { PGPASSWORD: password }),
    ...(isVerified && { PGSSLROOTCERT: config.sslCaFile || systemAuthorities() }),
  };
}

/** The authorities that the machine trusts: libpq before 16 does not know where they are. */
const systemAuthorities = (): string => AUTHORITIES.find((file) => existsSync(file)) ?? 'system';

/** A host may be a folder of sockets, which stands after the question mark: a URL without one is none to Node. */
function parsed(text: string): URL {
  try {
    return new URL(
      text
        .replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=\/)/, '$1socket')
        .replace(/^(postgres(?:ql)?:\/\/)(?=\/)/, '$1socket'),
    );
  } catch {
    throw new ConfigError(
      'DATABASE_URL is no address: write postgres://USER:PASSWORD@HOST:PORT/NAME, with %XX for what is special in a password',
    );
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ConfigError('DATABASE_URL has a % that begins no %XX: write %25 for it');
  }
}

function sslOf({ ssl, sslCaFile }: DatabaseConfig, ofUrl: string, host: string): ConnectionOptions | false {
  const mode = ssl || ofUrl || 'disable';
  if (!isMode(mode)) {
    throw new ConfigError(
      `sslmode in DATABASE_URL is "${mode}", but it can be: ${DATABASE_SSL_MODES.slice(1).join(', ')}`,
    );
  }
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  const ca = sslCaFile === '' ? {} : { ca: certificates(sslCaFile) };
  return { ...ca, ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : { servername: host }) };
}

const isMode = (mode: string): mode is DatabaseSslMode => DATABASE_SSL_MODES.some((known) => known === mode);

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`DATABASE_SSL_CA_FILE cannot be read: ${messageOf(error)}`);
  }
}
