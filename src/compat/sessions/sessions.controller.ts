import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { Principal } from '../../auth/principal';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { OfContract } from '../../contracts/contract.decorator';
import { ConversationReads } from '../../contracts/conversation-reads';
import { Conversations } from '../../contracts/conversations';
import { NamedUsers } from '../../contracts/named-users';
import { NamedUserDto } from '../named-user.dto';
import {
  SessionCreateRequest,
  LlmSessionDto,
  SessionMessagesDto,
  LlmSessionsDto,
  SessionsQueryDto,
  toSessionDto,
  toSessionMessages,
} from './sessions.dto';

/** The REST part of the contract `sessions`; what is said in a session goes over the WebSocket `/chat`. */
@ApiTags('sessions contract')
@OfContract('sessions')
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly conversations: Conversations,
    private readonly reads: ConversationReads,
    private readonly users: NamedUsers,
  ) {}

  @Authorized('chat:write')
  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a session: a chat, as at `/api/v1/chats`' })
  @ApiOkResponse({ type: LlmSessionDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'unknown_backend', 'unknown_model', 'invalid_user_id'],
    403: ['foreign_user_id', 'read_only'],
    404: ['contract_disabled', 'user_not_found'],
    503: ['storage_unavailable'],
  })
  async create(
    @CurrentUser() caller: Principal,
    @Body() input: SessionCreateRequest,
    @Query() query: NamedUserDto,
  ): Promise<LlmSessionDto> {
    const { user_id: named = query.user_id, ...chat } = input;
    return toSessionDto(await this.conversations.create(await this.users.callerAs(caller, named), chat));
  }

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the sessions of a user, the last used first' })
  @ApiOkResponse({ type: LlmSessionsDto })
  @ApiProblems({
    400: ['validation_failed', 'invalid_cursor', 'invalid_user_id'],
    403: ['foreign_user_id'],
    404: ['contract_disabled', 'user_not_found'],
  })
  async list(@CurrentUser() caller: Principal, @Query() query: SessionsQueryDto): Promise<LlmSessionsDto> {
    const user = await this.users.callerAs(caller, query.user_id);
    const { data, nextCursor } = await this.reads.lastUsed(user, query);
    return { sessions: data.map(toSessionDto), next_cursor: nextCursor };
  }

  @Authorized('chat:read')
  @Get(':id/messages')
  @ApiOperation({ summary: 'Read what was said in a session, oldest first' })
  @ApiOkResponse({ type: SessionMessagesDto })
  @ApiProblems({
    400: ['validation_failed', 'invalid_cursor', 'invalid_user_id'],
    403: ['foreign_user_id'],
    404: ['chat_not_found', 'contract_disabled', 'user_not_found'],
  })
  async messages(
    @CurrentUser() caller: Principal,
    @Param('id') id: string,
    @Query() query: SessionsQueryDto,
  ): Promise<SessionMessagesDto> {
    const user = await this.users.callerAs(caller, query.user_id);
    const { data, nextCursor } = await this.reads.messages(user, id, query);
    return { messages: toSessionMessages(data), next_cursor: nextCursor };
  }
}
