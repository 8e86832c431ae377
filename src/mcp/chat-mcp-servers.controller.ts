import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiProblems } from '../common/api-problems.decorator';
import { McpCatalog } from './mcp-catalog';
import { ChatMcpServersDto } from './mcp-server.dto';

@ApiTags('mcp')
@Controller('api/v1/chats/:id/mcp-servers')
export class ChatMcpServersController {
  constructor(private readonly catalog: McpCatalog) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the MCP servers of a chat, with their state and tools' })
  @ApiOkResponse({ type: ChatMcpServersDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string): Promise<ChatMcpServersDto> {
    return this.catalog.ofChat(user, id);
  }
}
