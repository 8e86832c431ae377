import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiProblems } from '../../common/api-problems.decorator';
import { ChatState } from '../chat-state';
import { ChatStateDto, ChatStateQueryDto, TurnDiffDto } from '../dto/chat-state.dto';

@ApiTags('chats')
@Controller('api/v1/chats/:id')
export class ChatStateController {
  constructor(private readonly state: ChatState) {}

  @Authorized('chat:read')
  @Get('state')
  @ApiOperation({
    summary: 'Read all that is needed to show a chat, the newest turns first',
    description:
      'One answer is as the event `seq` has left the chat: follow its events from there (`chat:join {chatId, after: seq}`, ' +
      'or `GET /chats/{id}/events?after=seq`). Of what is being written it has the text so far. Earlier turns are read with ' +
      '`before`. Long outputs and diffs are cut, and say so.',
  })
  @ApiOkResponse({ type: ChatStateDto })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  read(@CurrentUser() user: User, @Param('id') id: string, @Query() query: ChatStateQueryDto): Promise<ChatStateDto> {
    return this.state.read(user, id, query);
  }

  @Authorized('chat:read')
  @Get('turns/:turnId/diff')
  @ApiOperation({ summary: 'Read the whole diff of all that a turn has changed; empty where it has changed nothing' })
  @ApiOkResponse({ type: TurnDiffDto })
  @ApiProblems({ 404: ['chat_not_found', 'turn_not_found'] })
  diff(@CurrentUser() user: User, @Param('id') id: string, @Param('turnId') turnId: string): Promise<TurnDiffDto> {
    return this.state.turnDiff(user, id, turnId);
  }
}
