import { Body, Controller, Get, HttpStatus, Param, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiAcceptedResponse, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { hangUpSignal, sendEventStream, wantsEventStream } from '../../common/sse-stream';
import { StreamLimits } from '../../common/stream-limits';
import { ChatHistory } from '../chat-history';
import { toServerSentEvent } from '../dto/event.dto';
import { MessageDto } from '../dto/message.dto';
import { PageOf, PageQueryDto } from '../dto/page.dto';
import { MessageAcceptedDto, SendMessageDto, TurnResultDto, WaitQueryDto } from '../dto/send-message.dto';
import { FILE_PROBLEMS } from './attachments.controller';
import { MessageForm } from './message-form.interceptor';
import { AcceptedMessage, MessageIntake } from '../message-intake';
import { TurnFollower } from '../turn-follower';
import type { ChatEvent } from '../event-log/chat-event';

class MessagePage extends PageOf(MessageDto) {}

@ApiTags('messages')
@Controller('api/v1/chats/:id/messages')
export class MessagesController {
  constructor(
    private readonly intake: MessageIntake,
    private readonly follower: TurnFollower,
    private readonly history: ChatHistory,
    private readonly streams: StreamLimits,
  ) {}

  @Authorized('chat:write')
  @Post()
  @UseInterceptors(MessageForm)
  @ApiOperation({
    summary: 'Send a message to the agent',
    description:
      'Answers 202 once the message is stored. With `wait=true` it answers 200 when the turn has ended, or 503 ' +
      '`pool_saturated` when it has not started within `CODEX_QUEUE_TIMEOUT_SECONDS`: the message stays queued then. ' +
      'With `Accept: text/event-stream` it streams the events of the turn to its end. Messages sent while a turn runs ' +
      'wait in order. A message with files may be a form: `content` is its text, every file of the form one of its.',
  })
  @ApiConsumes('application/json', 'multipart/form-data')
  @ApiProduces('application/json', 'text/event-stream')
  @ApiAcceptedResponse({ type: MessageAcceptedDto })
  @ApiOkResponse({ type: TurnResultDto, description: 'With `wait=true`.' })
  @ApiBodyProblems({
    400: [
      'validation_failed',
      'empty_message',
      'invalid_content',
      'invalid_image',
      'unknown_model',
      'upload_not_found',
      ...FILE_PROBLEMS[400],
    ],
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['unknown_backend', 'idempotency_conflict'],
    413: ['message_too_large', ...FILE_PROBLEMS[413]],
    422: FILE_PROBLEMS[422],
    429: ['too_many_streams', ...FILE_PROBLEMS[429]],
    503: [
      'pool_saturated',
      'chat_queue_full',
      'storage_low',
      'storage_unavailable',
      'too_many_streams',
      ...['blob_store_unavailable', 'scanner_unavailable'],
    ],
    504: ['wait_aborted'],
  })
  async send(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Body() input: SendMessageDto,
    @Query() { wait }: WaitQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const isStream = !wait && wantsEventStream(request);
    if (isStream) this.streams.openFor(request, response);
    const accepted = await this.intake.accept(user, chatId, input);
    // The answer may take as long as the turn: until then nothing is to hold its pictures.
    request.body = input.content = undefined;
    if (wait) await this.answerWhenEnded(accepted, response);
    else if (isStream) await this.streamTurn(accepted, response);
    else {
      const { messageId, turnId, waitsFor } = accepted;
      response.status(HttpStatus.ACCEPTED).json({ messageId, turnId, waitsFor } satisfies MessageAcceptedDto);
    }
  }

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the messages of a chat, turn by turn' })
  @ApiOkResponse({ type: MessagePage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<MessagePage> {
    return this.history.messages(user, id, query);
  }

  private async answerWhenEnded(accepted: AcceptedMessage, response: Response) {
    const result = await this.follower.ended(accepted, hangUpSignal(response));
    response.status(HttpStatus.OK).json(result);
  }

  private streamTurn(accepted: AcceptedMessage, response: Response): Promise<void> {
    const batches = this.follower.follow(accepted, hangUpSignal(response));
    return sendEventStream(response, mapped(batches));
  }
}

async function* mapped(batches: AsyncIterable<readonly ChatEvent[]>) {
  for await (const batch of batches) yield batch.map(toServerSentEvent);
}
