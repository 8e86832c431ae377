import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { EditWaitingMessageDto, QueueDto, QueueOrderDto, SentNowDto } from '../dto/queue.dto';
import { QueueChanges } from '../queue-changes';
import { SendNow } from '../send-now';
import { WaitingMessages } from '../waiting-messages';
import { FILE_PROBLEMS } from './attachments.controller';

const IF_MATCH = {
  name: 'If-Match',
  required: false,
  description: '`version` of the queue that is to be changed; as `expectedVersion` of a body.',
};

/** A version as a header says it: in quotes, weak or not. */
const versionIn = (header: string | undefined): string | undefined =>
  header === undefined || header === '*' ? undefined : header.replace(/^W\//, '').replaceAll('"', '');

@ApiTags('turns')
@Controller('api/v1/chats/:id/queue')
export class QueueController {
  constructor(
    private readonly waiting: WaitingMessages,
    private readonly changes: QueueChanges,
    private readonly sending: SendNow,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the messages that wait for their turn, the next first' })
  @ApiOkResponse({ type: QueueDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string): Promise<QueueDto> {
    return this.waiting.list(user, id);
  }

  @Authorized('chat:write')
  @Put('order')
  @ApiHeader(IF_MATCH)
  @ApiOperation({
    summary: 'Put the messages that wait in another order',
    description:
      'All of them are named, the next first. They are answered in that order, each with the history that it then has. Where ' +
      'others wait than are named, one having begun meanwhile, nothing changes, and the refusal has the queue as it is.',
  })
  @ApiOkResponse({ type: QueueDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['queue_changed'],
    503: ['storage_unavailable'],
  })
  async reorder(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() { messageIds, expectedVersion }: QueueOrderDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<QueueDto> {
    const caller = await this.waiting.caller(user, id, expectedVersion ?? versionIn(ifMatch));
    return this.changes.reorder(caller, messageIds);
  }

  @Authorized('chat:write')
  @Post('release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Let a held queue go on',
    description: 'What waits is answered in its order. Nothing happens to a queue that is not held.',
  })
  @ApiOkResponse({ type: QueueDto })
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['queue_changed'],
    503: ['storage_unavailable'],
  })
  async release(@CurrentUser() user: User, @Param('id') id: string): Promise<QueueDto> {
    return this.changes.release(await this.waiting.caller(user, id));
  }

  @Authorized('chat:write')
  @Patch(':messageId')
  @ApiHeader(IF_MATCH)
  @ApiOperation({
    summary: 'Change a message that waits',
    description:
      'What it says, or what its turn is asked for; by its author alone. `:messageId` may be the id of its turn. The ' +
      '`clientMessageId` stays that of the message as it was first sent.',
  })
  @ApiOkResponse({ type: QueueDto })
  @ApiBodyProblems({
    400: [
      ...['validation_failed', 'empty_message', 'invalid_content', 'invalid_image', 'unknown_model'],
      ...['upload_not_found', ...FILE_PROBLEMS[400]],
    ],
    403: ['read_only', 'not_the_author'],
    404: ['chat_not_found', 'message_not_found'],
    409: ['message_not_waiting', 'queue_changed'],
    413: ['message_too_large', ...FILE_PROBLEMS[413]],
    422: FILE_PROBLEMS[422],
    503: ['storage_unavailable', 'blob_store_unavailable', 'scanner_unavailable'],
  })
  edit(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('messageId') messageId: string,
    @Body() input: EditWaitingMessageDto,
    @Headers('if-match') ifMatch?: string,
  ): Promise<QueueDto> {
    const expectedVersion = input.expectedVersion ?? versionIn(ifMatch);
    return this.waiting.edit(user, id, messageId, { ...input, expectedVersion });
  }

  @Authorized('chat:write')
  @Post(':messageId/send-now')
  @HttpCode(202)
  @ApiHeader(IF_MATCH)
  @ApiOperation({
    summary: 'Send a message that waits at once',
    description:
      'The turn that runs is told it, with its own model, effort and schema; the turn of the message ends as `interrupted` with ' +
      'the code `sent_to_running_turn`. Where none runs it goes before all that waits, also in a held queue, which stays held ' +
      'for the others.',
  })
  @ApiAcceptedResponse({ type: SentNowDto })
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'message_not_found'],
    409: ['message_not_waiting', 'queue_changed'],
    503: ['message_unconfirmed', 'storage_unavailable', 'blob_store_unavailable'],
  })
  async sendNow(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('messageId') messageId: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<SentNowDto> {
    return this.sending.send(await this.waiting.caller(user, id, versionIn(ifMatch)), messageId);
  }

  @Authorized('chat:write')
  @Delete(':messageId')
  @HttpCode(204)
  @ApiHeader(IF_MATCH)
  @ApiOperation({
    summary: 'Take back a message that waits',
    description:
      'Its turn ends as `interrupted` with the code `removed_from_queue`; the agent is never given the message. Refused ' +
      'once the turn has begun. `:messageId` may be the id of its turn.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'turn_not_found'],
    409: ['turn_not_queued', 'queue_changed'],
    503: ['storage_unavailable'],
  })
  remove(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('messageId') messageId: string,
    @Headers('if-match') ifMatch?: string,
  ): Promise<void> {
    return this.waiting.remove(user, id, messageId, versionIn(ifMatch));
  }
}
