import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems } from '../../common/api-problems.decorator';
import { MessageAcceptedDto } from '../dto/send-message.dto';
import { CompactDto, ReviewDto } from '../dto/turn-command.dto';
import type { AcceptedMessage } from '../message-intake';
import { TurnCommands } from '../turn-commands';

const PROBLEMS = {
  ...{ 400: ['validation_failed'], 403: ['read_only'], 404: ['chat_not_found'] },
  503: ['pool_saturated', 'chat_queue_full', 'storage_low', 'storage_unavailable'],
};
const CONFLICTS = ['unknown_backend', 'idempotency_conflict'];

@ApiTags('turns')
@Controller('api/v1/chats/:id')
export class TurnCommandsController {
  constructor(private readonly commands: TurnCommands) {}

  @Authorized('chat:write')
  @Post('compact')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Have what was said so far summed up, so that the model has room again',
    description:
      'A turn of its own, which waits its turn and can be taken back and interrupted. `context.compacted` tells of its ' +
      'success. What the chat shows stays as it is.',
  })
  @ApiAcceptedResponse({ type: MessageAcceptedDto })
  @ApiBodyProblems({ ...PROBLEMS, 409: [...CONFLICTS, 'nothing_to_compact'] })
  async compact(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() input: CompactDto,
  ): Promise<MessageAcceptedDto> {
    return acceptedDto(await this.commands.compact(user, id, input));
  }

  @Authorized('chat:write')
  @Post('review')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Have changes in the workspace reviewed',
    description:
      'A turn in which the agent looks for mistakes in changes, by commands in its sandbox, and reports them as its ' +
      'message. It is told to change nothing.',
  })
  @ApiAcceptedResponse({ type: MessageAcceptedDto })
  @ApiBodyProblems({ ...PROBLEMS, 409: CONFLICTS })
  async review(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() input: ReviewDto,
  ): Promise<MessageAcceptedDto> {
    return acceptedDto(await this.commands.review(user, id, input));
  }
}

const acceptedDto = ({ messageId, turnId, waitsFor }: AcceptedMessage): MessageAcceptedDto => ({
  ...{ messageId, turnId, waitsFor },
});
