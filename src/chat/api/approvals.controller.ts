import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { ApprovalAnswers } from '../approval-answers';
import { ChatHistory } from '../chat-history';
import { AnswerApprovalDto, ApprovalDto } from '../dto/approval.dto';
import { PageOf, PageQueryDto } from '../dto/page.dto';

class ApprovalPage extends PageOf(ApprovalDto) {}

@ApiTags('approvals')
@Controller('api/v1')
export class ApprovalsController {
  constructor(
    private readonly history: ChatHistory,
    private readonly approvals: ApprovalAnswers,
  ) {}

  @Authorized('chat:read')
  @Get('chats/:id/approvals')
  @ApiOperation({ summary: 'List the open questions of a chat' })
  @ApiOkResponse({ type: ApprovalPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<ApprovalPage> {
    return this.history.pendingApprovals(user, id, query);
  }

  @Authorized('chat:write')
  @Post('approvals/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer a question of the agent, once, with one of its decisions' })
  @ApiOkResponse({ type: ApprovalDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'decision_not_offered', 'invalid_answers', 'decision_takes_no_message'],
    403: ['read_only'],
    404: ['approval_not_found'],
    409: ['approval_already_resolved', 'too_many_approval_rules'],
    503: ['storage_unavailable', 'storage_low', 'message_unconfirmed', 'pool_saturated', 'chat_queue_full'],
  })
  answer(@CurrentUser() user: User, @Param('id') id: string, @Body() input: AnswerApprovalDto): Promise<ApprovalDto> {
    return this.approvals.answer(user, id, input);
  }
}
