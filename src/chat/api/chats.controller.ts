import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { ChatDirectory } from '../chat-directory';
import { ChatList } from '../chat-list';
import { ChatService } from '../chat.service';
import { ChatDto, CreateChatDto, UpdateChatDto } from '../dto/chat.dto';
import { ChatPage, ChatsQueryDto } from '../dto/chats-query.dto';

/** Of `CODEX_SANDBOX_MODE_MAX` and `CODEX_NETWORK_ACCESS`. */
const ABOVE_CEILING = ['sandbox_mode_not_allowed', 'approval_policy_not_allowed', 'network_access_not_allowed'];

/** What a chat is made with, or changed to. */
const INVALID = ['validation_failed', 'unknown_backend', 'unknown_model', 'unknown_mcp_server', 'unknown_skill'];

/** Of a change, by either method. */
const CHANGE_PROBLEMS = {
  400: INVALID,
  403: ['read_only', ...ABOVE_CEILING],
  404: ['chat_not_found', 'project_not_found'],
  503: ['storage_unavailable'],
};

@ApiTags('chats')
@Controller('api/v1/chats')
export class ChatsController {
  constructor(
    private readonly chats: ChatService,
    private readonly directory: ChatDirectory,
    private readonly chatList: ChatList,
  ) {}

  @Authorized('chat:write')
  @Post()
  @ApiOperation({ summary: 'Make a chat' })
  @ApiCreatedResponse({ type: ChatDto })
  @ApiBodyProblems({
    400: INVALID,
    403: ['read_only', ...ABOVE_CEILING],
    404: ['project_not_found', 'template_not_found'],
    503: ['storage_unavailable'],
  })
  create(@CurrentUser() user: User, @Body() input: CreateChatDto): Promise<ChatDto> {
    return this.chats.create(user, input);
  }

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'List your chats, the last used first',
    description:
      'A chat that is used while you read page after page moves to the front: it is not met twice, and if it was not met yet it is at the beginning of the list now.',
  })
  @ApiOkResponse({ type: ChatPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'] })
  list(@CurrentUser() user: User, @Query() query: ChatsQueryDto): Promise<ChatPage> {
    return this.chatList.page(user, query);
  }

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({ summary: 'Read a chat' })
  @ApiOkResponse({ type: ChatDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  get(@CurrentUser() user: User, @Param('id') id: string): Promise<ChatDto> {
    return this.directory.view(user, id);
  }

  @Authorized('chat:write')
  @Put(':id')
  @ApiOperation({ summary: 'Change a chat', description: 'What is left out stays. Takes effect with the next turn.' })
  @ApiOkResponse({ type: ChatDto })
  @ApiBodyProblems(CHANGE_PROBLEMS)
  update(@CurrentUser() user: User, @Param('id') id: string, @Body() change: UpdateChatDto): Promise<ChatDto> {
    return this.chats.update(user, id, change);
  }

  @Authorized('chat:write')
  @Patch(':id')
  @ApiOperation({ summary: 'Change a chat', description: 'The same as PUT.' })
  @ApiOkResponse({ type: ChatDto })
  @ApiBodyProblems(CHANGE_PROBLEMS)
  patch(@CurrentUser() user: User, @Param('id') id: string, @Body() change: UpdateChatDto): Promise<ChatDto> {
    return this.chats.update(user, id, change);
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a chat', description: 'With its messages, its thread and its workspace.' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['read_only'], 404: ['chat_not_found'], 503: ['storage_unavailable'] })
  delete(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.chats.delete(user, id);
  }
}
