import { Controller, Delete, Get, HttpCode, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { ApprovalRules } from '../approvals/approval-rules';
import { ChatDirectory } from '../chat-directory';
import { ChatHistory } from '../chat-history';
import { OwnApprovalRuleDto } from '../dto/approval-rule.dto';
import { PageOf, PageQueryDto } from '../dto/page.dto';

class OwnApprovalRulePage extends PageOf(OwnApprovalRuleDto) {}

/** What whoever calls has allowed for good, in whichever chat. */
@ApiTags('approvals')
@Controller('api/v1/approval-rules')
export class OwnApprovalRulesController {
  constructor(
    private readonly history: ChatHistory,
    private readonly directory: ChatDirectory,
    private readonly rules: ApprovalRules,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List what you have allowed agents to run without asking, newest first' })
  @ApiOkResponse({ type: OwnApprovalRulePage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'] })
  list(@CurrentUser() user: User, @Query() query: PageQueryDto): Promise<OwnApprovalRulePage> {
    return this.history.ownApprovalRules(user, query);
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Withdraw a rule of yours: the agent asks again' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 404: ['approval_rule_not_found', 'chat_not_found'], 503: ['storage_unavailable'] })
  async remove(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    const { chatId } = await this.history.ownApprovalRule(user, id);
    // Whoever may only read by now may still take back what they had allowed.
    await this.rules.remove(await this.directory.find(user, chatId, 'read'), id);
  }
}
