import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { ChatHistory } from '../chat-history';
import { ChatStop } from '../chat-stop';
import { PageOf, PageQueryDto } from '../dto/page.dto';
import { InterruptDto } from '../dto/queue.dto';
import { InterruptedDto, SteerDto, SteeredDto } from '../dto/send-message.dto';
import { TurnDto } from '../dto/turn.dto';
import { TurnControl } from '../turn-control';

class TurnPage extends PageOf(TurnDto) {}

@ApiTags('turns')
@Controller('api/v1/chats/:id')
export class TurnsController {
  constructor(
    private readonly history: ChatHistory,
    private readonly control: TurnControl,
    private readonly stop: ChatStop,
  ) {}

  @Authorized('chat:read')
  @Get('turns')
  @ApiOperation({ summary: 'List the turns of a chat, oldest first' })
  @ApiOkResponse({ type: TurnPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<TurnPage> {
    return this.history.turns(user, id, query);
  }

  @Authorized('chat:write')
  @Post('interrupt')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Stop the running turn',
    description:
      'The turn ends as `interrupted` and keeps what was shown. Messages that wait behind it run next, unless `queue` says ' +
      'otherwise. Commands that the agent has left running, in this turn or an earlier one, end too.',
  })
  @ApiBody({ type: InterruptDto, required: false })
  @ApiAcceptedResponse({ type: InterruptedDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['queue_changed'],
    503: ['storage_unavailable'],
  })
  async interrupt(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() input?: InterruptDto,
  ): Promise<InterruptedDto> {
    return { turnId: await this.stop.interrupt(user, id, input?.queue) };
  }

  @Authorized('chat:write')
  @Post('steer')
  @HttpCode(202)
  @ApiOperation({ summary: 'Tell the running turn more, without waiting for its end' })
  @ApiAcceptedResponse({ type: SteeredDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'empty_message', 'invalid_content', 'invalid_image'],
    403: ['read_only'],
    404: ['chat_not_found'],
    409: ['no_running_turn'],
    413: ['message_too_large'],
    503: ['message_unconfirmed', 'storage_low', 'storage_unavailable', 'blob_store_unavailable'],
  })
  steer(@CurrentUser() user: User, @Param('id') id: string, @Body() input: SteerDto): Promise<SteeredDto> {
    return this.control.steer(user, id, input.content);
  }
}
