import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { Principal } from '../../auth/principal';
import type { ChatDto } from '../../chat/dto/chat.dto';
import { PageQueryDto } from '../../chat/dto/page.dto';
import { ApiProblems } from '../../common/api-problems.decorator';
import { sendEventStream } from '../../common/sse-stream';
import { StreamLimits } from '../../common/stream-limits';
import { OfContract } from '../../contracts/contract.decorator';
import { ConversationReads } from '../../contracts/conversation-reads';
import { Conversations } from '../../contracts/conversations';
import { ExecEventDto, ExecThreadDto, ExecThreadPage } from './exec-event.dto';
import { ExecStreams } from './exec-streams';

/** Threads that were begun before, and what happened in them. */
@ApiTags('codex exec')
@OfContract('exec')
@Controller('api/codex/history')
export class ExecHistoryController {
  constructor(
    private readonly reads: ConversationReads,
    private readonly conversations: Conversations,
    private readonly streams: ExecStreams,
    private readonly limits: StreamLimits,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List your threads, the last used first' })
  @ApiOkResponse({ type: ExecThreadPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['contract_disabled'] })
  async list(@CurrentUser() user: Principal, @Query() query: PageQueryDto): Promise<ExecThreadPage> {
    const { data, nextCursor } = await this.reads.lastUsed(user, query);
    return { data: data.map(toThread), nextCursor };
  }

  @Authorized('chat:read')
  @Get(':thread_id')
  @ApiOperation({
    summary: 'Stream what has happened in a thread, from its beginning, and in the turn that runs, to its end',
    description: 'As `/api/codex/stream`; a `turn.started` has the `prompt` of the turn.',
  })
  @ApiExtraModels(ExecEventDto)
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { $ref: getSchemaPath(ExecEventDto) } } } })
  @ApiProblems({
    404: ['chat_not_found', 'contract_disabled'],
    429: ['too_many_streams'],
    503: ['too_many_streams'],
  })
  async events(
    @CurrentUser() user: Principal,
    @Param('thread_id') threadId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const chat = await this.conversations.find(user, threadId);
    if (request.method !== 'HEAD') this.limits.openFor(request, response);
    await sendEventStream(response, this.streams.history(user, chat, response));
  }
}

const toThread = ({ id, title, status, createdAt, updatedAt }: ChatDto): ExecThreadDto => ({
  ...{ thread_id: id, title, running: status !== 'idle' },
  ...{ created_at: createdAt, updated_at: updatedAt },
});
