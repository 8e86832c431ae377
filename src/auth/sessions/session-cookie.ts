import type { Response } from 'express';
import type { IncomingMessage } from 'node:http';
import { ServerConfig } from '../../config/server.config';

type CookieSettings = Pick<ServerConfig, 'port' | 'publicUrl'>;

/**
 * Whether a browser has reached the service by TLS, which a proxy in front of it speaks. Who writes the header itself gets
 * only a cookie that its own browser then refuses.
 */
export const isSecure = ({ headers }: Pick<IncomingMessage, 'headers'>, { publicUrl }: CookieSettings): boolean =>
  publicUrl.startsWith('https:') || headers['x-forwarded-proto'] === 'https';

/**
 * The name of a cookie of ours. By TLS it is a `__Host-` one, which no other host, neither a neighbour of the same domain,
 * can set. Browsers take those by TLS alone, so on plain HTTP, as on one's own machine, the name says only the port: ports of a
 * host share cookies. What came by TLS is never taken from the other name.
 */
export function cookieNameOf(
  what: string,
  request: Pick<IncomingMessage, 'headers'>,
  settings: CookieSettings,
): string {
  return isSecure(request, settings) ? `__Host-codex_relay_${what}` : `codex_relay_${what}_${settings.port}`;
}

/** @param maxAgeMs left out: until the browser is closed */
export function setCookie(
  response: Response,
  what: string,
  value: string,
  settings: CookieSettings & { readonly maxAgeMs?: number },
): void {
  const { req } = response;
  response.cookie(cookieNameOf(what, req, settings), value, {
    ...{ httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(req, settings) },
    ...(settings.maxAgeMs !== undefined && { maxAge: settings.maxAgeMs }),
  });
}

export function clearCookie(response: Response, what: string, settings: CookieSettings): void {
  const name = cookieNameOf(what, response.req, settings);
  response.clearCookie(name, { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure(response.req, settings) });
}

/** The value of a cookie of a request; undefined where it has none. */
export function cookieIn({ headers }: Pick<IncomingMessage, 'headers'>, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
