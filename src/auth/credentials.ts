import type { IncomingMessage } from 'node:http';
import { isOwnPage, isReading } from '../common/origin-check';
import { ServerConfig } from '../config/server.config';
import { Credentials } from './authentication-method';

type CookieSettings = Pick<ServerConfig, 'port' | 'corsOrigins' | 'basePath'>;

/** Browsers share cookies among all ports of a host, on each of which another service may run. */
export const cookieName = ({ port }: Pick<ServerConfig, 'port'>): string => `codex_relay_${port}`;

/**
 * What a request says of who sends it.
 *
 * The cookie is `SameSite=Strict`, but a page of another port of this machine is of the same site: for what changes
 * something, or opens a connection, the page must be ours. What such a page reads otherwise, it does not get to see
 * (`Cross-Origin-Resource-Policy`).
 */
export function credentialsOf(
  { headers, method = '' }: Pick<IncomingMessage, 'headers' | 'method'>,
  settings: CookieSettings,
): Credentials {
  const isSafe = isReading(method) && headers.upgrade === undefined;
  const isBelieved = isSafe || isOwnPage(headers, settings);
  return {
    bearer: bearerToken(headers.authorization),
    cookie: isBelieved ? cookieIn(headers.cookie, cookieName(settings)) : undefined,
  };
}

/** The token of an `Authorization: Bearer` header. */
const bearerToken = (header: string | undefined): string | undefined => /^Bearer +(\S+)\s*$/i.exec(header ?? '')?.[1];

function cookieIn(header: string | undefined, name: string): string | undefined {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
