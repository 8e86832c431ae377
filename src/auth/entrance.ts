import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import { isApiPath } from '../common/api-paths';
import { DomainError } from '../common/domain.error';
import { isReading } from '../common/origin-check';
import { CHALLENGE, sendProblem } from '../common/problem.filter';
import { requestBytes } from '../common/request-bytes';
import { pagePolicy } from '../common/security-headers';
import { ServerConfig } from '../config/server.config';
import { AccessControl } from './access-control';
import { AuthenticationMethod } from './authentication-method';
import { Authenticator } from './authenticator';
import { cookieName } from './credentials';
import { SIGN_IN_POLICY, signInPage } from './sign-in-page';

const COOKIE_SECONDS = 30 * 86_400;
/** Of the form; a token has at most 512 characters. */
const MAX_FORM_BYTES = 4096;

/**
 * Lets in who may be listened to at all, and, where callers must say who they are, nobody else: programs by a bearer token,
 * browsers by a cookie, which they get for the token in the address that the service prints, or in the form that they are
 * shown instead of a page. Reads no body but that form.
 */
export function guardEntrance(app: NestExpressApplication): void {
  const entrance = new Entrance(
    app.get(AccessControl),
    app.get(AuthenticationMethod),
    app.get(Authenticator),
    app.get(ServerConfig),
  );
  app.use(entrance.requireAllowed);
  const { isRequired, hasSignInPages } = app.get(Authenticator);
  if (!isRequired) return;
  if (!hasSignInPages) {
    app.use(entrance.takeTokenOfAddress);
    app.use('/sign-in', entrance.takeTokenOfForm);
  }
  app.use(entrance.requireCaller);
}

class Entrance {
  private readonly policy = pagePolicy(SIGN_IN_POLICY);

  constructor(
    private readonly access: AccessControl,
    private readonly method: AuthenticationMethod,
    private readonly authenticator: Authenticator,
    private readonly config: ServerConfig,
  ) {}

  readonly requireAllowed = (request: Request, response: Response, next: NextFunction): void => {
    const refusal = this.access.refusalOf(request);
    if (refusal === undefined) next();
    else sendProblem(response, refusal);
  };

  /** Takes it out of the address bar, out of reach of whoever looks over a shoulder or into the history. */
  readonly takeTokenOfAddress = (request: Request, response: Response, next: NextFunction): void => {
    this.redirectWithout(request, response, next).catch((error: unknown) => settle(response, next, error));
  };

  private async redirectWithout(request: Request, response: Response, next: NextFunction): Promise<void> {
    const address = new URL(request.url.replace(/^[/\\]+/, '/'), 'http://here');
    const secret = address.searchParams.get('token');
    if (secret === null || request.method !== 'GET' || isApiPath(request.path)) return next();
    address.searchParams.delete('token');
    const cookie = this.method.cookieFor(secret);
    if (cookie === undefined && (await this.authenticator.identify(request)) === undefined) {
      return this.ask(response, true);
    }
    if (cookie !== undefined) this.remember(request, response, cookie);
    response.redirect(303, `${this.config.basePath}${address.pathname}${address.search}`);
  }

  /** From whatever page: whoever knows the token may call. Our own name none, as `Referrer-Policy` has it. */
  readonly takeTokenOfForm = (request: Request, response: Response, next: NextFunction): void => {
    if (request.method !== 'POST') return next();
    this.readForm(request, response).catch((error: unknown) => settle(response, next, error));
  };

  readonly requireCaller = (request: Request, response: Response, next: NextFunction): void => {
    this.admit(request, next).catch((error: unknown) => {
      const isPage =
        isReading(request.method) && !isApiPath(request.path) && request.accepts(['json', 'html']) === 'html';
      const isAsked = error instanceof DomainError && error.status === 401;
      if (isPage && isAsked) this.showSignIn(request, response);
      else settle(response, next, error);
    });
  };

  private showSignIn(request: Request, response: Response): void {
    if (!this.authenticator.hasSignInPages) return this.ask(response, false);
    const to = request.url === '/' ? '' : `?return=${encodeURIComponent(request.url)}`;
    response.redirect(303, `${this.config.basePath}/sign-in${to}`);
  }

  private async admit(request: Request, next: NextFunction): Promise<void> {
    const caller = await this.access.callerOf(request);
    if (caller !== 'unasked') request.user = caller;
    next();
  }

  private async readForm(request: Request, response: Response): Promise<void> {
    const form = new URLSearchParams((await requestBytes(request, MAX_FORM_BYTES)).toString());
    const cookie = this.method.cookieFor(form.get('token')?.trim() ?? '');
    if (cookie === undefined) return this.ask(response, true);
    this.remember(request, response, cookie);
    response.redirect(303, `${this.config.basePath}/`);
  }

  private ask(response: Response, isWrong: boolean): void {
    this.policy(response.req, response, () => undefined);
    response.status(401).set('WWW-Authenticate', CHALLENGE);
    response.type('html').send(signInPage(this.config.basePath, { isWrong }));
  }

  private remember(request: Request, response: Response, cookie: string): void {
    response.cookie(cookieName(this.config), cookie, {
      ...{ httpOnly: true, sameSite: 'strict', path: `${this.config.basePath}/`, maxAge: COOKIE_SECONDS * 1000 },
      // Set by the proxy that speaks TLS.
      secure: request.get('x-forwarded-proto') === 'https',
    });
  }
}

function settle(response: Response, next: NextFunction, error: unknown): void {
  if (error instanceof DomainError) sendProblem(response, error);
  else next(error);
}
