import type { IncomingMessage, ServerResponse } from 'node:http';
import helmet from 'helmet';

type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Names as of the Content-Security-Policy header, in camel case. */
type Directives = Readonly<Record<string, readonly string[]>>;

/** For what is no page: loads nothing, and stands in no frame. */
const CLOSED: Directives = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/**
 * The headers that tell browsers to guard what the service answers. Of `Strict-Transport-Security` is not told: the service
 * itself speaks plain HTTP, and a proxy in front of it knows whether its name is always reached by TLS.
 */
export function securityHeaders(): Middleware {
  return helmet({
    contentSecurityPolicy: { useDefaults: false, directives: CLOSED },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: false,
  });
}

/** The Content-Security-Policy of a page, in place of that of `securityHeaders`: what it may load besides nothing. */
export function pagePolicy(directives: Directives): Middleware {
  return helmet.contentSecurityPolicy({ useDefaults: false, directives: { ...CLOSED, ...directives } });
}
