import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isOwnPage, isReading } from '../common/origin-check';
import { ServerConfig } from '../config/server.config';
import { Credentials } from './authentication-method';
import { cookieIn, cookieNameOf } from './sessions/session-cookie';

type CookieSettings = Pick<ServerConfig, 'port' | 'corsOrigins' | 'basePath' | 'publicUrl'>;

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
    cookie: isBelieved ? cookieIn({ headers }, cookieName(settings)) : undefined,
    session: isBelieved ? cookieIn({ headers }, cookieNameOf('session', { headers }, settings)) : undefined,
    ticket: ticketOf({ headers, method, url }),
    named: userNamedBy(headers, url),
  };
}

/** Of an event stream alone: anything else in an address ends up in logs, and is refused or not looked at. */
function ticketOf({
  headers,
  method,
  url = '',
}: Pick<IncomingMessage, 'headers' | 'method' | 'url'>): string | undefined {
  if (method !== 'GET' || !/\btext\/event-stream\b/.test(headers.accept ?? '')) return undefined;
  return queryOf(url).get('ticket') ?? undefined;
}

const queryOf = (url: string): URLSearchParams =>
  new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

/** Which user a request names itself; only tests are believed. */
function userNamedBy(headers: IncomingHttpHeaders, url: string): string | undefined {
  const header = headers['x-user-id'];
  if (typeof header === 'string') return header;
  return url.includes('user_id') ? (queryOf(url).get('user_id') ?? undefined) : undefined;
}

/** The token of an `Authorization: Bearer` header. */
const bearerToken = (header: string | undefined): string | undefined => /^Bearer +(\S+)\s*$/i.exec(header ?? '')?.[1];
