import { Body, Controller, Get, HttpStatus, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { Principal } from '../../auth/principal';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { OfContract } from '../../contracts/contract.decorator';
import { ConversationReads } from '../../contracts/conversation-reads';
import { NamedUsers } from '../../contracts/named-users';
import { NamedUserDto } from '../named-user.dto';
import { ThreadTurns } from './thread-turns';
import {
  ChatRequest,
  ChatResponseDto,
  HistoryQueryDto,
  ThreadHistoryDto,
  ThreadsDto,
  ThreadsQueryDto,
  toThreadDto,
  toThreadHistory,
} from './threads.dto';

/** The contract `threads`; `GET /status` is the service's own. */
@ApiTags('threads contract')
@OfContract('threads')
@Controller()
export class ThreadsController {
  constructor(
    private readonly turns: ThreadTurns,
    private readonly reads: ConversationReads,
    private readonly users: NamedUsers,
  ) {}

  @Authorized('chat:write')
  @Post('chat')
  @ApiOperation({
    summary: 'Begin a thread, or go on with one',
    description:
      'Streams the turn: each `data` is a JSON object, the first `{"type": "session", "thread_id"}`, the last `[DONE]`. With ' +
      '`stream: false` it answers with JSON when the turn has ended, or with 202 when the agent waits for an approval.',
  })
  @ApiProduces('text/event-stream', 'application/json')
  @ApiOkResponse({ type: ChatResponseDto })
  @ApiAcceptedResponse({ type: ChatResponseDto, description: 'The turn waits for an approval, and goes on after it.' })
  @ApiBodyProblems({
    400: ['validation_failed', 'empty_message', 'unknown_model', 'invalid_user_id'],
    403: ['foreign_user_id', 'read_only'],
    404: ['chat_not_found', 'contract_disabled', 'user_not_found'],
    409: ['unknown_backend'],
    413: ['message_too_large'],
    429: ['limit_reached', 'too_many_streams'],
    503: ['pool_saturated', 'chat_queue_full', 'storage_low', 'storage_unavailable', 'too_many_streams'],
  })
  async chat(
    @CurrentUser() caller: Principal,
    @Body() input: ChatRequest,
    @Query() { user_id: named }: NamedUserDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const user = await this.users.callerAs(caller, input.user_id ?? named);
    if (input.stream) return this.turns.stream(user, input, { request, response });
    const answer = await this.turns.answer(user, input, { request, response });
    const isOver = answer.status !== 'waiting_for_approval';
    response.status(isOver ? HttpStatus.OK : HttpStatus.ACCEPTED).json(answer);
  }

  @Authorized('chat:read')
  @Get('threads')
  @ApiOperation({ summary: 'List the threads of a user, the last used first' })
  @ApiOkResponse({ type: ThreadsDto })
  @ApiProblems({
    400: ['validation_failed', 'invalid_cursor', 'invalid_user_id'],
    403: ['foreign_user_id'],
    404: ['contract_disabled', 'user_not_found'],
  })
  async threads(@CurrentUser() caller: Principal, @Query() query: ThreadsQueryDto): Promise<ThreadsDto> {
    const user = await this.users.callerAs(caller, query.user_id);
    const { data, nextCursor } = await this.reads.lastUsed(user, query);
    return { threads: data.map(toThreadDto), next_cursor: nextCursor };
  }

  @Authorized('chat:read')
  @Get('history')
  @ApiOperation({ summary: 'Read what was said and done in a thread, oldest first' })
  @ApiOkResponse({ type: ThreadHistoryDto })
  @ApiProblems({
    400: ['validation_failed', 'invalid_cursor', 'invalid_user_id'],
    403: ['foreign_user_id'],
    404: ['chat_not_found', 'contract_disabled', 'user_not_found'],
  })
  async history(@CurrentUser() caller: Principal, @Query() query: HistoryQueryDto): Promise<ThreadHistoryDto> {
    const user = await this.users.callerAs(caller, query.user_id);
    const { thread_id: id, limit: turns, cursor: before } = query;
    return toThreadHistory(await this.reads.state(user, id, { turns, before }));
  }
}
