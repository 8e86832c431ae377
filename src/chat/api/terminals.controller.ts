import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { TerminalsDto } from '../dto/terminal.dto';
import { Terminals } from '../terminals';

@ApiTags('agent actions')
@Controller('api/v1/chats/:id/terminals')
export class TerminalsController {
  constructor(private readonly terminals: Terminals) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the commands that the agent has left running' })
  @ApiOkResponse({ type: TerminalsDto })
  @ApiProblems({ 404: ['chat_not_found'], 503: ['agent_unavailable'] })
  list(@CurrentUser() user: User, @Param('id') id: string): Promise<TerminalsDto> {
    return this.terminals.list(user, id);
  }

  @Authorized('chat:write')
  @Delete(':terminalId')
  @HttpCode(204)
  @ApiOperation({ summary: 'End a command that the agent has left running' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['chat_not_found', 'terminal_not_found'],
    503: ['agent_unavailable'],
  })
  end(@CurrentUser() user: User, @Param('id') id: string, @Param('terminalId') terminalId: string): Promise<void> {
    return this.terminals.end(user, id, terminalId);
  }
}
