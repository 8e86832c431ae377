import { Body, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { UIMessageChunk } from 'ai';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import type { Principal } from '../../auth/principal';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { StreamLimits } from '../../common/stream-limits';
import { OfContract } from '../../contracts/contract.decorator';
import { Conversations } from '../../contracts/conversations';
import { ClientStream } from '../../gateway/wire/http/client-stream';
import { UiStreamDto } from './ui-stream.dto';
import { type UiTurn, UiTurns } from './ui-turns';

const KEEP_ALIVE_MS = 15_000;
const EVENTS = {
  description: 'A chunk of a UI message in each `data`, the last is `[DONE]`.',
  content: { 'text/event-stream': { schema: { type: 'string' } } },
};
const DESCRIPTION =
  'For the `DefaultChatTransport` of `useChat`, https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol. The message of the agent has the id of ' +
  'the turn. A question of the agent ends the stream; the next request answers it. What hangs up leaves the turn running.';

const RESUME_PROBLEMS = {
  404: ['chat_not_found', 'contract_disabled'],
  429: ['too_many_streams'],
  503: ['too_many_streams'],
};

/** Chats as streams of UI messages of the AI SDK. */
@ApiTags('ui-stream')
@Controller('api/v1/chats/:id/ui-stream')
@OfContract('ui-stream')
export class UiStreamController {
  constructor(
    private readonly turns: UiTurns,
    private readonly conversations: Conversations,
    private readonly streams: StreamLimits,
  ) {}

  @Authorized('chat:write')
  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a UI message, and stream the answer', description: DESCRIPTION })
  @ApiOkResponse(EVENTS)
  @ApiBodyProblems({
    400: ['validation_failed', 'empty_message', 'invalid_content', 'decision_not_offered'],
    403: ['read_only'],
    404: ['chat_not_found', 'message_not_found', 'approval_not_found', 'contract_disabled'],
    409: ['idempotency_conflict', 'turn_running', 'unknown_backend'],
    413: ['message_too_large'],
    429: ['too_many_streams', 'limit_reached'],
    503: ['pool_saturated', 'storage_low', 'storage_unavailable', 'too_many_streams'],
  })
  async send(
    @CurrentUser() user: Principal,
    @Param('id') chatId: string,
    @Body() input: UiStreamDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.streams.openFor(request, response);
    const turn = await this.turns.begin(user, chatId, input);
    // The answer may take as long as the turn: until then nothing is to hold its history.
    request.body = input.messages = input.message = undefined;
    await this.stream(user, turn, response);
  }

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'Stream the answer that is being given, from its beginning', description: DESCRIPTION })
  @ApiOkResponse(EVENTS)
  @ApiNoContentResponse({ description: 'None is.' })
  @ApiProblems(RESUME_PROBLEMS)
  resume(
    @CurrentUser() user: Principal,
    @Param('id') chatId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.streamRunning(user, chatId, request, response);
  }

  /** Where `useChat` looks by itself: the address for sending, the client's own id of the chat, `stream`. */
  @Authorized('chat:read')
  @Get(':clientId/stream')
  @ApiOperation({ summary: 'The same at the address that `useChat` asks by itself', description: DESCRIPTION })
  @ApiOkResponse(EVENTS)
  @ApiNoContentResponse({ description: 'None is.' })
  @ApiProblems(RESUME_PROBLEMS)
  resumeAtUsualAddress(
    @CurrentUser() user: Principal,
    @Param('id') chatId: string,
    @Param('clientId') _clientId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.streamRunning(user, chatId, request, response);
  }

  private async streamRunning(user: Principal, chatId: string, request: Request, response: Response): Promise<void> {
    const turn = await this.turns.running(user, chatId);
    if (turn === undefined) return void response.status(204).end();
    this.streams.openFor(request, response);
    await this.stream(user, turn, response);
  }

  private async stream(user: Principal, turn: UiTurn, response: Response): Promise<void> {
    response.setHeader('x-vercel-ai-ui-message-stream', 'v1');
    response.setHeader('x-chat-id', turn.chatId);
    const stream = new ClientStream(response);
    const watch = this.conversations.watchFor(user, turn.chatId, response);
    const keepAlive = setInterval(() => !stream.congested && stream.write(': keep-alive\n\n'), KEEP_ALIVE_MS);
    try {
      for await (const chunks of this.turns.chunks(user, turn, watch.signal)) {
        stream.write(chunks.map(frameOf).join(''));
        await stream.drained();
      }
      if (!stream.closed.aborted) stream.write('data: [DONE]\n\n');
    } finally {
      clearInterval(keepAlive);
      watch.stop();
    }
    stream.end();
  }
}

const frameOf = (chunk: UIMessageChunk): string => `data: ${JSON.stringify(chunk)}\n\n`;
