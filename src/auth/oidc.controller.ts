import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { DomainError, invalid } from '../common/domain.error';
import { Public } from './authorized.decorator';
import { BrowserSignIn, ownPath } from './browser-sign-in';
import { OidcLogin, loginCookieOf } from './oidc/oidc-login';
import { OidcTokens } from './oidc/oidc-tokens';
import { faultPage } from './pages/sign-in-pages';
import { BrowserSessions } from './sessions/browser-sessions';
import { formOf, sendPage, SignInSettings } from './sign-in-settings';
import { Users } from './users';

/** The way to the identity provider, and back. */
@ApiExcludeController()
@Public()
@Controller('sign-in/oidc')
export class OidcController {
  constructor(
    private readonly login: OidcLogin,
    private readonly browsers: BrowserSignIn,
    private readonly settings: SignInSettings,
  ) {}

  @Get()
  async begin(@Query('return') to: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.orFault(response, async () => {
      const redirectUri = `${this.browsers.baseOf(request)}/sign-in/oidc/callback`;
      const { address, sealed, cookie } = await this.login.begin(redirectUri, ownPath(to));
      this.browsers.keep(response, cookie, sealed);
      response.redirect(303, address);
    });
  }

  @Get('callback')
  async complete(@Query('state') state: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.orFault(response, async () => {
      const sealed = this.browsers.takeKept(response, loginCookieOf(typeof state === 'string' ? state : ''));
      const query = request.originalUrl.slice(request.originalUrl.indexOf('?') + 1);
      const { user, returnTo, provider } = await this.login.complete(query, sealed);
      await this.browsers.start(response, user.id, { provider });
      response.redirect(303, `${this.settings.basePath}${returnTo}`);
    });
  }

  private async orFault(response: Response, work: () => Promise<void>): Promise<void> {
    const { method, basePath } = this.settings;
    try {
      if (method !== 'OIDC') throw new DomainError(404, 'route_not_found', 'Nobody signs in here so.');
      await work();
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', error.retryAfterSeconds);
      sendPage(response, error.status, faultPage(basePath, error.detail));
    }
  }
}

/** Where the identity provider says that it has ended a session: https://openid.net/specs/openid-connect-backchannel-1_0.html */
@ApiExcludeController()
@Public()
@Controller('sign-in/oidc/back-channel')
export class BackChannelController {
  constructor(
    private readonly tokens: OidcTokens,
    private readonly sessions: BrowserSessions,
    private readonly users: Users,
    private readonly settings: SignInSettings,
  ) {}

  /** @throws DomainError 400 `invalid_logout_token`, 404, 503 `identity_provider_unavailable` */
  @Post()
  @HttpCode(200)
  async end(@Req() request: Request): Promise<void> {
    if (this.settings.method !== 'OIDC') throw new DomainError(404, 'route_not_found', 'No provider calls here.');
    const notice = await this.tokens.logoutNoticeIn((await formOf(request)).get('logout_token') ?? '');
    if (notice === undefined) throw invalid('invalid_logout_token', 'This is no logout token that is good now.');
    if (notice.session !== undefined) return this.sessions.endOfProvider({ providerSession: notice.session });
    const user = await this.users.bySubject(notice.issuer, notice.subject ?? '');
    if (user !== null) await this.sessions.endOfProvider({ userId: user.id });
  }
}
