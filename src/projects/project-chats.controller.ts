import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags, OmitType } from '@nestjs/swagger';
import { Access } from '../access/access';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ChatList } from '../chat/chat-list';
import { ChatService } from '../chat/chat.service';
import { ChatDto, CreateChatDto } from '../chat/dto/chat.dto';
import { ChatPage, ChatsQueryDto } from '../chat/dto/chats-query.dto';
import { ApiBodyProblems, ApiProblems } from '../common/api-problems.decorator';

class ProjectChatsQueryDto extends OmitType(ChatsQueryDto, ['projectId'] as const) {}
class CreateProjectChatDto extends OmitType(CreateChatDto, ['projectId'] as const) {}

/** The chats of a project under the names that an earlier service gave them; the same as `/chats` with `projectId`. */
@ApiTags('projects')
@Controller('api/v1/projects/:id/chat-sessions')
export class ProjectChatsController {
  constructor(
    private readonly access: Access,
    private readonly list: ChatList,
    private readonly chats: ChatService,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the chats of a project, as at `/chats`' })
  @ApiOkResponse({ type: ChatPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['project_not_found'] })
  async chatsOf(
    @CurrentUser() user: User,
    @Param('id') projectId: string,
    @Query() query: ProjectChatsQueryDto,
  ): Promise<ChatPage> {
    await this.access.requireProject(user, projectId, 'read');
    return this.list.page(user, { ...query, projectId });
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({ summary: 'Make a chat in a project' })
  @ApiCreatedResponse({ type: ChatDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'unknown_backend', 'unknown_model', 'unknown_mcp_server', 'unknown_skill'],
    403: ['read_only', 'sandbox_mode_not_allowed', 'approval_policy_not_allowed', 'network_access_not_allowed'],
    404: ['project_not_found', 'template_not_found'],
    503: ['storage_unavailable'],
  })
  create(
    @CurrentUser() user: User,
    @Param('id') projectId: string,
    @Body() input: CreateProjectChatDto,
  ): Promise<ChatDto> {
    return this.chats.create(user, { ...input, projectId });
  }
}
