import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
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
  { headers, method = '', url = '' }: Pick<IncomingMessage, 'headers' | 'method' | 'url'>,
  settings: CookieSettings,
): Credentials {
  const isSafe = isReading(method) && headers.upgrade === undefined;
  const isBelieved = isSafe || isOwnPage(headers, settings);
  return {
    bearer: bearerToken(headers.authorization),
    cookie: isBelieved ? cookieIn(headers.cookie, cookieName(settings)) : undefined,
    named: userNamedBy(headers, url),
  };
}

/** Which user a request names itself; only tests are believed. */
function userNamedBy(headers: IncomingHttpHeaders, url: string): string | undefined {
  const header = headers['x-user-id'];
  if (typeof header === 'string') return header;
  const start = url.indexOf('?');
  return start < 0 ? undefined : (new URLSearchParams(url.slice(start + 1)).get('user_id') ?? undefined);
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
