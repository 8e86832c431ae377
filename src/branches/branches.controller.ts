import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ChatDto } from '../chat/dto/chat.dto';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiProblems } from '../common/api-problems.decorator';
import { BranchDto, BranchWithMessageDto, EditMessageDto, ForkDto, RetryTurnDto } from './branch.dto';
import { Branches } from './branches';

class BranchPage extends PageOf(ChatDto) {}

const MAKING = {
  400: ['validation_failed'],
  403: ['read_only'],
  404: ['chat_not_found', 'turn_not_found'],
  409: ['turn_running', 'too_many_branches', 'chat_too_long'],
  413: ['workspace_too_large'],
  429: ['limit_reached'],
  503: ['storage_low', 'storage_unavailable', 'workspace_not_restored'],
};
const SENDING = {
  ...MAKING,
  400: [
    ...['validation_failed', 'empty_message', 'invalid_content', 'invalid_image', 'unknown_backend'],
    ...['unknown_model', 'too_many_files', 'upload_not_found'],
  ],
  409: [...MAKING[409], 'message_not_editable', 'idempotency_conflict', 'unknown_backend'],
  413: [...MAKING[413], 'message_too_large', 'attachment_too_large'],
  429: [...MAKING[429], 'chat_queue_full'],
  503: [...MAKING[503], 'pool_saturated', 'blob_store_unavailable'],
};

@ApiTags('branches')
@Controller('api/v1/chats/:id')
export class BranchesController {
  constructor(private readonly branches: Branches) {}

  @Authorized('chat:read')
  @Get('branches')
  @ApiOperation({ summary: 'List the chats that branched off from one another, this one among them, the newest first' })
  @ApiOkResponse({ type: BranchPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<BranchPage> {
    return this.branches.list(user, id, query);
  }

  @Authorized('chat:write')
  @Post('fork')
  @ApiOperation({
    summary: 'Branch off before or after a turn',
    description:
      'The branch is a chat of its own, with the turns up to there, files as they were then, and what the agent knew. It is yours, in the ' +
      'same project; neither changes with the other.',
  })
  @ApiCreatedResponse({ type: BranchDto })
  @ApiBodyProblems(MAKING)
  fork(@CurrentUser() user: User, @Param('id') id: string, @Body() input: ForkDto): Promise<BranchDto> {
    return this.branches.fork(user, id, input);
  }

  @Authorized('chat:write')
  @Post('messages/:messageId/edit')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a message otherwise, in a branch that begins before it',
    description: 'Nothing of the chat itself is changed. Where the message is refused no branch is left.',
  })
  @ApiAcceptedResponse({ type: BranchWithMessageDto })
  @ApiBodyProblems({ ...SENDING, 404: ['chat_not_found', 'message_not_found'] })
  edit(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('messageId') messageId: string,
    @Body() input: EditMessageDto,
  ): Promise<BranchWithMessageDto> {
    return this.branches.edit(user, id, messageId, input);
  }

  @Authorized('chat:write')
  @Post('turns/:turnId/retry')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send the message of a turn again, in a branch that begins before it',
    description: 'To another backend or model, or with another effort, where they are named.',
  })
  @ApiAcceptedResponse({ type: BranchWithMessageDto })
  @ApiBodyProblems(SENDING)
  retry(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('turnId') turnId: string,
    @Body() input: RetryTurnDto,
  ): Promise<BranchWithMessageDto> {
    return this.branches.retry(user, id, turnId, input);
  }
}
