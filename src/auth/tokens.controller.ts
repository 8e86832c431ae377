import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { noteForAudit } from '../common/audit-note';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { CreatedUserTokenDto, CreateUserTokenDto, RenameTokenDto, UserTokenDto, UserTokensDto } from './account.dto';
import { Authorized } from './authorized.decorator';
import { CurrentUser } from './current-user.decorator';
import { Principal, Scope } from './principal';
import { UserTokenEntity } from './tokens/user-token.entity';
import { UserTokens } from './tokens/user-tokens';

/** One's own tokens, with which programs call as this user. */
@ApiTags('account')
@Controller('api/v1/tokens')
export class TokensController {
  constructor(private readonly tokens: UserTokens) {}

  @Authorized('account')
  @Post()
  @ApiOperation({
    summary: 'Make a token with which your programs call',
    description:
      'The answer shows it, once; only its SHA-256 is kept. It is sent as `Authorization: Bearer crt_...`, to `/v1` too. ' +
      'Scopes: `read` reads chats, `chat` also changes them, `gateway` asks models at `/v1`, `admin` administers the service.',
  })
  @ApiCreatedResponse({ type: CreatedUserTokenDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'already_expired'],
    403: ['permission_denied'],
    409: ['too_many_tokens'],
    503: ['storage_unavailable'],
  })
  async create(@CurrentUser() user: Principal, @Body() input: CreateUserTokenDto): Promise<CreatedUserTokenDto> {
    const { name, scopes, expiresAt = null } = input;
    const { secret, token } = await this.tokens.create(user.id, { name, scopes, expiresAt });
    noteForAudit({ target: { kind: 'token', id: token.id }, detail: { scopes: token.scopes, expiresAt } });
    return { ...toDto(token), token: secret };
  }

  @Authorized('account')
  @Get()
  @ApiOperation({ summary: 'List your tokens, newest first' })
  @ApiOkResponse({ type: UserTokensDto })
  @ApiProblems({ 403: ['permission_denied'] })
  async list(@CurrentUser() user: Principal): Promise<UserTokensDto> {
    return { data: (await this.tokens.list(user.id)).map(toDto) };
  }

  @Authorized('account')
  @Get(':id')
  @ApiOperation({ summary: 'Read what a token may do, and when it was used' })
  @ApiOkResponse({ type: UserTokenDto })
  @ApiProblems({ 403: ['permission_denied'], 404: ['token_not_found'] })
  async get(@CurrentUser() user: Principal, @Param('id') id: string): Promise<UserTokenDto> {
    return toDto(await this.tokens.get(user.id, id));
  }

  @Authorized('account')
  @Put(':id')
  @ApiOperation({ summary: 'Rename a token' })
  @ApiOkResponse({ type: UserTokenDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['permission_denied'],
    404: ['token_not_found'],
    503: ['storage_unavailable'],
  })
  async rename(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() { name }: RenameTokenDto,
  ): Promise<UserTokenDto> {
    noteForAudit({ target: { kind: 'token', id } });
    return toDto(await this.tokens.rename(user.id, id, name));
  }

  @Authorized('account')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a token', description: 'It is refused at once, and what it has open is ended.' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['permission_denied'], 404: ['token_not_found'], 503: ['storage_unavailable'] })
  revoke(@CurrentUser() user: Principal, @Param('id') id: string): Promise<void> {
    noteForAudit({ target: { kind: 'token', id } });
    return this.tokens.revoke(user.id, id);
  }
}

const toDto = ({ id, name, start, scopes, createdAt, expiresAt, lastUsedAt }: UserTokenEntity): UserTokenDto => ({
  ...{ id, name, start, createdAt, expiresAt, lastUsedAt },
  scopes: scopes.split(' ') as Scope[],
});
