import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags, OmitType } from '@nestjs/swagger';
import { Access } from '../access/access';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ChatDirectory } from '../chat/chat-directory';
import { ChatService } from '../chat/chat.service';
import { ChatDto, CreateChatDto } from '../chat/dto/chat.dto';
import { ChatsQueryDto, PageOf } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiProblems } from '../common/api-problems.decorator';

class ChatSessionPage extends PageOf(ChatDto) {}
class ProjectChatsQueryDto extends OmitType(ChatsQueryDto, ['projectId'] as const) {}
class CreateProjectChatDto extends OmitType(CreateChatDto, ['projectId'] as const) {}

/** The chats of a project under the names that an earlier service gave them; the same as `/chats` with `projectId`. */
@ApiTags('projects')
@Controller('api/v1/projects/:id/chat-sessions')
export class ProjectChatsController {
  constructor(
    private readonly access: Access,
    private readonly directory: ChatDirectory,
    private readonly chats: ChatService,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the chats of a project, newest first' })
  @ApiOkResponse({ type: ChatSessionPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['project_not_found'] })
  async list(
    @CurrentUser() user: User,
    @Param('id') projectId: string,
    @Query() query: ProjectChatsQueryDto,
  ): Promise<ChatSessionPage> {
    await this.access.requireProject(user, projectId, 'read');
    return this.directory.list(user, { ...query, projectId });
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({ summary: 'Make a chat in a project' })
  @ApiCreatedResponse({ type: ChatDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'malformed_json', 'unknown_backend', 'unknown_model'],
    403: ['read_only', 'sandbox_mode_not_allowed', 'approval_policy_not_allowed'],
    404: ['project_not_found'],
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
