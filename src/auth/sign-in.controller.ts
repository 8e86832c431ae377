import { Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { noteForAudit } from '../common/audit-note';
import { DomainError, invalid } from '../common/domain.error';
import { foreignChange } from '../common/origin-check';
import { sendProblem } from '../common/problem.filter';
import { AuthenticationMethod } from './authentication-method';
import { Public } from './authorized.decorator';
import { BrowserSignIn, ownPath } from './browser-sign-in';
import { LocalAccounts } from './local/local-accounts';
import { passwordPage, providerPage, SignInView, tokenPage } from './pages/sign-in-pages';
import { formOf, sendPage, SignInSettings, wantsPage } from './sign-in-settings';

/** The page of SECURITY_METHOD on which people sign in; programs that ask for JSON learn which method it is. */
@ApiExcludeController()
@Public()
@Controller('sign-in')
export class SignInController {
  constructor(
    private readonly method: AuthenticationMethod,
    private readonly browsers: BrowserSignIn,
    private readonly accounts: LocalAccounts,
    private readonly settings: SignInSettings,
  ) {}

  @Get()
  show(@Query('return') to: unknown, @Req() request: Request, @Res() response: Response): void {
    const { method, providerName, basePath } = this.settings;
    if (!wantsPage(request)) return void response.json({ method, provider: method === 'OIDC' ? providerName : null });
    if (!this.method.isRequired) return response.redirect(303, `${basePath}/`);
    this.send(response, 200, { returnTo: ownPath(to) });
  }

  @Post()
  @HttpCode(200)
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const refusal = foreignChange(request, this.settings.server);
    if (refusal !== undefined) return sendProblem(response, refusal);
    const form = await formOf(request);
    const returnTo = ownPath(form.get('return'));
    try {
      await this.signInWith(form, response);
    } catch (error) {
      if (!wantsPage(request) || !(error instanceof DomainError)) throw error;
      return this.send(response, error.status, { returnTo, fault: error.detail, login: form.get('login') ?? '' });
    }
    if (wantsPage(request)) return response.redirect(303, `${this.settings.basePath}${returnTo}`);
    response.status(204).end();
  }

  private async signInWith(form: URLSearchParams, response: Response): Promise<void> {
    const { method } = this.settings;
    if (method === 'Local') return this.signInLocally(form, response);
    if (method !== 'Keycloak') throw invalid('no_sign_in_form', 'With this SECURITY_METHOD nobody signs in by a form.');
    const principal = await this.method.signInWith(form.get('token')?.trim() ?? '');
    if (principal === undefined)
      throw new DomainError(401, 'unauthenticated', 'That is no access token that is good now.');
    await this.browsers.start(response, principal.id, { expiresAt: principal.expiresAt });
  }

  private async signInLocally(form: URLSearchParams, response: Response): Promise<void> {
    const login = (form.get('login') ?? '').trim().normalize('NFKC').slice(0, 200).toLowerCase();
    const { req: request } = response;
    noteForAudit({ target: { kind: 'account', id: login } });
    const attempt = {
      ...{ login, address: this.browsers.addressOf(request) },
      isKnownBrowser: this.browsers.isKnownBrowser(request, login),
    };
    const userId = await this.accounts.signIn(attempt, form.get('password') ?? '');
    await this.browsers.start(response, userId);
    this.browsers.markBrowser(response, login);
  }

  private send(response: Response, status: number, view: Omit<SignInView, 'basePath'>): void {
    const { method, basePath, providerName } = this.settings;
    const whole = { ...view, basePath };
    const text =
      method === 'Local'
        ? passwordPage(whole)
        : method === 'OIDC'
          ? providerPage(whole, providerName)
          : tokenPage(whole);
    sendPage(response, status, text);
  }
}
