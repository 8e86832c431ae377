import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiProblems } from '../../common/api-problems.decorator';
import { ChatHistory } from '../chat-history';
import { AgentActionDto } from '../dto/agent-action.dto';
import { PageOf, PageQueryDto } from '../dto/page.dto';

class AgentActionPage extends PageOf(AgentActionDto) {}

@ApiTags('agent actions')
@Controller('api/v1')
export class AgentActionsController {
  constructor(private readonly history: ChatHistory) {}

  @Authorized('chat:read')
  @Get('chats/:id/agent-actions')
  @ApiOperation({ summary: 'List what the agent did in a chat: commands, file changes, tool calls; oldest first' })
  @ApiOkResponse({ type: AgentActionPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<AgentActionPage> {
    return this.history.agentActions(user, id, query);
  }

  @Authorized('chat:read')
  @Get('agent-actions/:id')
  @ApiOperation({ summary: 'Read one action of the agent, with its output and times' })
  @ApiOkResponse({ type: AgentActionDto })
  @ApiProblems({ 404: ['agent_action_not_found'] })
  get(@CurrentUser() user: User, @Param('id') id: string): Promise<AgentActionDto> {
    return this.history.agentAction(user, id);
  }
}
