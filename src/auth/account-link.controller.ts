import { Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { DomainError } from '../common/domain.error';
import { foreignChange } from '../common/origin-check';
import { sendProblem } from '../common/problem.filter';
import { Public } from './authorized.decorator';
import { BrowserSignIn } from './browser-sign-in';
import { AccountLinks } from './local/account-links';
import { LocalAccounts } from './local/local-accounts';
import { faultPage, linkPage } from './pages/sign-in-pages';
import { formOf, sendPage, SignInSettings } from './sign-in-settings';

/** Where the link of an invitation, of a new password, or of the first administrator leads to. */
@ApiExcludeController()
@Public()
@Controller('sign-in/link')
export class AccountLinkController {
  constructor(
    private readonly links: AccountLinks,
    private readonly accounts: LocalAccounts,
    private readonly browsers: BrowserSignIn,
    private readonly settings: SignInSettings,
  ) {}

  /** Looking at it does not use it: programs that show previews of links do that. */
  @Get()
  async show(@Query('code') code: unknown, @Res() response: Response): Promise<void> {
    await this.answer(response, typeof code === 'string' ? code : '', () => Promise.resolve());
  }

  @Post()
  async accept(@Req() request: Request, @Res() response: Response): Promise<void> {
    const refusal = foreignChange(request, this.settings.server);
    if (refusal !== undefined) return sendProblem(response, refusal);
    const form = await formOf(request);
    const [code, login, displayName, password] = ['code', 'login', 'displayName', 'password'].map(
      (name) => form.get(name) ?? '',
    ) as [string, string, string, string];
    await this.answer(
      response,
      code,
      async () => {
        const userId = await this.accounts.accept(code, { login, displayName, password });
        await this.browsers.start(response, userId);
        response.redirect(303, `${this.settings.basePath}/`);
      },
      { login, displayName },
    );
  }

  private async answer(
    response: Response,
    code: string,
    work: () => Promise<void>,
    filledIn?: { login: string; displayName: string },
  ): Promise<void> {
    const { basePath, method } = this.settings;
    const fault = await work().catch((error: unknown) => {
      if (error instanceof DomainError) return error;
      throw error;
    });
    if (response.headersSent) return;
    try {
      if (method !== 'Local') throw new DomainError(404, 'route_not_found', 'Accounts are not made here.');
      const { purpose, login } = await this.links.find(code);
      const view = { basePath, code, purpose, ...(login !== null && { login }), ...(filledIn && { filledIn }) };
      sendPage(response, fault?.status ?? 200, linkPage({ ...view, ...(fault && { fault: fault.detail }) }));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      sendPage(response, error.status, faultPage(basePath, error.detail));
    }
  }
}
