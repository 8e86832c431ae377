import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { QueueDto } from '../dto/queue.dto';
import { WaitingMessages } from '../waiting-messages';

@ApiTags('turns')
@Controller('api/v1/chats/:id/queue')
export class QueueController {
  constructor(private readonly waiting: WaitingMessages) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the messages that wait for their turn, the next first' })
  @ApiOkResponse({ type: QueueDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string): Promise<QueueDto> {
    return this.waiting.list(user, id);
  }

  @Authorized('chat:write')
  @Delete(':turnId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Take back a message that waits',
    description:
      'Its turn ends as `interrupted` with the code `removed_from_queue`; the agent is never given the message. Refused ' +
      'once the turn has begun.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'turn_not_found'],
    409: ['turn_not_queued'],
    503: ['storage_unavailable'],
  })
  remove(@CurrentUser() user: User, @Param('id') id: string, @Param('turnId') turnId: string): Promise<void> {
    return this.waiting.remove(user, id, turnId);
  }
}
