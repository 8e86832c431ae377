import { Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiChangeProblems } from '../../common/api-problems.decorator';
import { hangUpSignal } from '../../common/sse-stream';
import { ChatSummaryDto } from '../dto/chat-summary.dto';
import { ChatSummaries } from '../suggestions/chat-summaries';

@ApiTags('chats')
@Controller('api/v1/chats/:id')
export class ChatSummaryController {
  constructor(private readonly summaries: ChatSummaries) {}

  @Authorized('chat:write')
  @Post('summary')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Have the model tell in short what was said',
    description:
      'One call of the model of the chat, beside its turns, booked to the caller. Nothing is stored, and what the agent ' +
      'knows does not change.',
  })
  @ApiOkResponse({ type: ChatSummaryDto })
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['nothing_to_summarize'],
    429: ['limit_reached'],
    502: ['summary_failed'],
    503: ['too_many_summaries'],
    504: ['summary_timeout'],
  })
  summarize(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ChatSummaryDto> {
    return this.summaries.summarize(user, id, hangUpSignal(response));
  }
}
