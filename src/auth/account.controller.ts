import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { GatewayConfig } from '../config/gateway.config';
import { PoolConfig } from '../config/pool.config';
import {
  AccountDto,
  ChangePasswordDto,
  EndedSessionsDto,
  SessionsDto,
  SignedOutDto,
  StreamTicketDto,
} from './account.dto';
import { AccountService } from './account.service';
import { Authorized } from './authorized.decorator';
import { CurrentUser } from './current-user.decorator';
import { Principal } from './principal';
import { StreamTickets } from './stream-tickets';

/** One's own account. */
@ApiTags('account')
@Controller('api/v1/account')
export class AccountController {
  constructor(
    private readonly account: AccountService,
    private readonly tickets: StreamTickets,
    private readonly prices: GatewayConfig,
    private readonly pool: PoolConfig,
  ) {}

  @Authorized('account:read')
  @Get()
  @ApiOperation({ summary: 'Who you are, and what you may do' })
  @ApiOkResponse({ type: AccountDto })
  @ApiProblems({ 401: ['unauthenticated'] })
  async read(@CurrentUser() user: Principal): Promise<AccountDto> {
    const [{ priceCurrency: currency }, { sandboxModeMax }] = [this.prices, this.pool];
    return { ...(await this.account.view(user)), currency, sandboxModeMax };
  }

  @Authorized('account')
  @Post('password')
  @HttpCode(204)
  @ApiOperation({ summary: 'Change your password', description: 'Other browsers are signed out.' })
  @ApiNoContentResponse()
  @ApiBodyProblems({
    400: ['validation_failed', 'weak_password'],
    403: ['wrong_password', 'permission_denied'],
    404: ['account_not_found'],
    429: ['too_many_sign_ins'],
    503: ['storage_unavailable', 'sign_in_busy'],
  })
  changePassword(
    @CurrentUser() user: Principal,
    @Body() input: ChangePasswordDto,
    @Req() request: Request,
  ): Promise<void> {
    return this.account.changePassword(user, request, input);
  }

  @Authorized('account')
  @Get('sessions')
  @ApiOperation({ summary: 'List the browsers in which you are signed in' })
  @ApiOkResponse({ type: SessionsDto })
  @ApiProblems({ 403: ['permission_denied'] })
  async sessions(@CurrentUser() user: Principal): Promise<SessionsDto> {
    return { data: await this.account.sessions(user) };
  }

  @Authorized('account')
  @Delete('sessions')
  @ApiOperation({ summary: 'Sign out in all other browsers' })
  @ApiOkResponse({ type: EndedSessionsDto })
  @ApiChangeProblems({ 403: ['permission_denied'], 503: ['storage_unavailable'] })
  async endOthers(@CurrentUser() user: Principal): Promise<EndedSessionsDto> {
    return { ended: await this.account.endOtherSessions(user) };
  }

  @Authorized('account')
  @Delete('sessions/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out in a browser', description: 'What it has open is ended at once.' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['permission_denied'], 404: ['session_not_found'], 503: ['storage_unavailable'] })
  endSession(@CurrentUser() user: Principal, @Param('id') id: string): Promise<void> {
    return this.account.endSession(user, id);
  }

  @Authorized('account:read')
  @Post('sign-out')
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign out in this browser' })
  @ApiOkResponse({ type: SignedOutDto })
  @ApiChangeProblems({ 503: ['storage_unavailable'] })
  signOut(@CurrentUser() user: Principal, @Res({ passthrough: true }) response: Response): Promise<SignedOutDto> {
    return this.account.signOut(user, response);
  }

  @Authorized('chat:read')
  @Post('stream-tickets')
  @ApiOperation({
    summary: 'Get a ticket for one event stream',
    description: 'For EventSource, which sends no header: `?ticket=` opens one stream within 30 seconds.',
  })
  @ApiCreatedResponse({ type: StreamTicketDto })
  @ApiChangeProblems({ 503: ['too_many_tickets'] })
  ticket(@CurrentUser() user: Principal): StreamTicketDto {
    return this.tickets.issue(user);
  }
}
