import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { ApprovalRules } from '../approvals/approval-rules';
import { ChatDirectory } from '../chat-directory';
import { ChatHistory } from '../chat-history';
import { ApprovalRuleDto } from '../dto/approval-rule.dto';
import { PageOf, PageQueryDto } from '../dto/page.dto';

class ApprovalRulePage extends PageOf(ApprovalRuleDto) {}

@ApiTags('approvals')
@Controller('api/v1/chats/:id/approval-rules')
export class ApprovalRulesController {
  constructor(
    private readonly directory: ChatDirectory,
    private readonly history: ChatHistory,
    private readonly rules: ApprovalRules,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List what the agent of a chat may run without asking' })
  @ApiOkResponse({ type: ApprovalRulePage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<ApprovalRulePage> {
    return this.history.approvalRules(user, id, query);
  }

  @Authorized('chat:write')
  @Delete(':ruleId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Withdraw a rule: the agent asks again' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'approval_rule_not_found'],
    503: ['storage_unavailable'],
  })
  async remove(@CurrentUser() user: User, @Param('id') id: string, @Param('ruleId') ruleId: string): Promise<void> {
    await this.rules.remove(await this.directory.find(user, id, 'write'), ruleId);
  }
}
