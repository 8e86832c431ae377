import { Body, Controller, Post, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { ApiBodyProblems } from '../common/api-problems.decorator';
import { conflict, invalid } from '../common/domain.error';
import { AccountLinkDto, CreateAccountLinkDto } from './account.dto';
import { Authorized } from './authorized.decorator';
import { BrowserSignIn } from './browser-sign-in';
import { LocalAccounts } from './local/local-accounts';
import { SignInSettings } from './sign-in-settings';

/** Links that an administrator gives to others, with SECURITY_METHOD=Local. */
@ApiTags('admin')
@Controller('api/v1/admin/account-links')
export class AccountLinksController {
  constructor(
    private readonly accounts: LocalAccounts,
    private readonly browsers: BrowserSignIn,
    private readonly settings: SignInSettings,
  ) {}

  @Authorized('admin')
  @Post()
  @ApiOperation({
    summary: 'Make a link by which somebody makes an account, or sets a new password',
    description: 'With SECURITY_METHOD=Local. It can be used once, for ACCOUNT_LINK_HOURS.',
  })
  @ApiCreatedResponse({ type: AccountLinkDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'invalid_login', 'user_id_missing'],
    403: ['admin_only'],
    404: ['account_not_found'],
    409: ['login_taken', 'too_many_links', 'no_local_accounts'],
    503: ['storage_unavailable'],
  })
  async create(@Body() input: CreateAccountLinkDto, @Req() request: Request): Promise<AccountLinkDto> {
    if (this.settings.method !== 'Local') {
      throw conflict('no_local_accounts', 'Accounts are made by links only with SECURITY_METHOD=Local.');
    }
    const { purpose, role = 'member', login, userId = '' } = input;
    if (purpose === 'reset' && userId === '')
      throw invalid('user_id_missing', 'A reset needs the userId of whose password it is.');
    const { code, expiresAt } =
      purpose === 'reset' ? await this.accounts.inviteToReset(userId) : await this.accounts.invite(role, login);
    return { link: `${this.browsers.baseOf(request)}/sign-in/link?code=${code}`, expiresAt };
  }
}
