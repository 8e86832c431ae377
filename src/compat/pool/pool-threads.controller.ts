import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { Principal } from '../../auth/principal';
import { PageQueryDto } from '../../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { sendEventStream, wantsEventStream } from '../../common/sse-stream';
import { StreamLimits } from '../../common/stream-limits';
import { OfContract } from '../../contracts/contract.decorator';
import {
  PoolInterruptedDto,
  PoolReleasedDto,
  PoolThreadDto,
  PoolThreadPage,
  PoolTurnDto,
  ThreadConfigDto,
  ThreadEventsQueryDto,
  TurnConfigDto,
} from './pool-thread.dto';
import { PoolStreams } from './pool-streams';
import { PoolThreads } from './pool-threads';

const STREAM = { 'text/event-stream': { schema: { type: 'string' } } };
const ABOVE_CEILING = ['sandbox_mode_not_allowed', 'approval_policy_not_allowed'];

/** A pool of app-servers, as an existing backend has it, over HTTP. */
@ApiTags('codex pool')
@OfContract('pool')
@Controller('api/codex/threads')
export class PoolThreadsController {
  constructor(
    private readonly threads: PoolThreads,
    private readonly streams: PoolStreams,
    private readonly limits: StreamLimits,
  ) {}

  @Authorized('chat:write')
  @Post()
  @ApiOperation({ summary: 'Make a thread', description: 'Each is a chat of the service.' })
  @ApiCreatedResponse({ type: PoolThreadDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'unknown_model', 'unknown_mcp_server', 'mcp_configuration_not_allowed'],
    403: ['working_directory_not_allowed', 'read_only', ...ABOVE_CEILING],
    404: ['contract_disabled'],
    503: ['storage_unavailable'],
  })
  create(@CurrentUser() user: Principal, @Body() config: ThreadConfigDto): Promise<PoolThreadDto> {
    return this.threads.create(user, config);
  }

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List your threads, the last used first' })
  @ApiOkResponse({ type: PoolThreadPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['contract_disabled'] })
  list(@CurrentUser() user: Principal, @Query() query: PageQueryDto): Promise<PoolThreadPage> {
    return this.threads.list(user, query);
  }

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({ summary: 'Read a thread' })
  @ApiOkResponse({ type: PoolThreadDto })
  @ApiProblems({ 404: ['chat_not_found', 'contract_disabled'] })
  view(@CurrentUser() user: Principal, @Param('id') id: string): Promise<PoolThreadDto> {
    return this.threads.view(user, id);
  }

  @Authorized('chat:write')
  @Post(':id/turns')
  @ApiOperation({
    summary: 'Start a turn',
    description:
      'Answers 202 once it is stored, or with `Accept: text/event-stream` with its events to `turn/completed`. One that is started while ' +
      'another runs waits behind it.',
  })
  @ApiAcceptedResponse({ type: PoolTurnDto })
  @ApiOkResponse({ content: STREAM, description: 'The events of the turn, by their names.' })
  @ApiBodyProblems({
    400: [
      ...['validation_failed', 'empty_message', 'invalid_content', 'invalid_image', 'unknown_model'],
      ...['unknown_mcp_server', 'mcp_configuration_not_allowed', 'upload_not_found'],
    ],
    403: ['read_only'],
    404: ['chat_not_found', 'contract_disabled'],
    409: ['unknown_backend'],
    413: ['message_too_large'],
    429: ['too_many_streams', 'limit_reached'],
    503: ['chat_queue_full', 'pool_saturated', 'storage_low', 'storage_unavailable', 'too_many_streams'],
  })
  async start(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() config: TurnConfigDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const isStream = wantsEventStream(request);
    if (isStream) this.limits.openFor(request, response);
    const accepted = await this.threads.start(user, id, config);
    // The answer may take as long as the turn: until then nothing is to hold its pictures.
    request.body = undefined;
    config.input = [];
    if (isStream) return sendEventStream(response, this.streams.turn(user, accepted, response));
    const answer: PoolTurnDto = { threadId: accepted.chat.chatId, turnId: accepted.turnId };
    response.status(HttpStatus.ACCEPTED).json(answer);
  }

  @Authorized('chat:read')
  @Get(':id/events')
  @ApiOperation({
    summary: 'Stream the events of a thread',
    description: 'Those behind `after`, or behind `Last-Event-ID`, and then what comes live; else those from now on.',
  })
  @ApiOkResponse({ content: STREAM })
  @ApiProblems({
    400: ['validation_failed'],
    404: ['chat_not_found', 'contract_disabled'],
    429: ['too_many_streams'],
    503: ['too_many_streams'],
  })
  async events(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Query() { after }: ThreadEventsQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { threadId, lastSeq } = await this.threads.view(user, id);
    const last = Number(request.get('Last-Event-ID') ?? '');
    const from = Number.isSafeInteger(last) && last > 0 ? last : (after ?? lastSeq);
    if (request.method !== 'HEAD') this.limits.openFor(request, response);
    await sendEventStream(response, this.streams.thread(user, threadId, from, response));
  }

  @Authorized('chat:write')
  @Post(':id/interrupt')
  @HttpCode(200)
  @ApiOperation({ summary: 'Interrupt the turn that runs' })
  @ApiOkResponse({ type: PoolInterruptedDto })
  @ApiChangeProblems({ 403: ['read_only'], 404: ['chat_not_found', 'contract_disabled'] })
  async interrupt(@CurrentUser() user: Principal, @Param('id') id: string): Promise<PoolInterruptedDto> {
    return { turnId: await this.threads.interrupt(user, id) };
  }

  @Authorized('chat:write')
  @Post(':id/release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Release a thread from the pool',
    description:
      'Its process forgets it, with the commands that it has left running. The chat stays, and the next turn loads it again.',
  })
  @ApiOkResponse({ type: PoolReleasedDto })
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'contract_disabled'],
    409: ['turn_running'],
    503: ['agent_unavailable'],
  })
  async release(@CurrentUser() user: Principal, @Param('id') id: string): Promise<PoolReleasedDto> {
    return { released: await this.threads.release(user, id) };
  }
}
