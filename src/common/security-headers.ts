import { createHash } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
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
const secure: Middleware = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: CLOSED },
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
  strictTransportSecurity: false,
});

/**
 * Name and value of each header that every answer has. An answer is kept by nobody unless it says itself that it may be: the
 * API's are somebody's chats.
 */
export const SECURITY_HEADERS: readonly (readonly [string, string])[] = headersOf(secure);

/** An answer of the service, also one that Node or Socket.IO makes: it has these headers from its first moment on. */
export class SecuredResponse<Request extends IncomingMessage = IncomingMessage> extends ServerResponse<Request> {
  /** @param options that Node gives, and its types do not name */
  constructor(request: Request, ...options: []) {
    super(request, ...options);
    for (const [name, value] of SECURITY_HEADERS) this.setHeader(name, value);
  }
}

/** The Content-Security-Policy of a page, in place of that of every answer: what it may load besides nothing. */
export function pagePolicy(directives: Directives): Middleware {
  return helmet.contentSecurityPolicy({ useDefaults: false, directives: { ...CLOSED, ...directives } });
}

/** How a page's policy names a script or style that stands in the page itself. */
export const hashSource = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

function headersOf(middleware: Middleware): [string, string][] {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  middleware(request, response, () => undefined);
  response.setHeader('Cache-Control', 'no-store');
  return response.getHeaderNames().map((name) => [name, String(response.getHeader(name))]);
}
