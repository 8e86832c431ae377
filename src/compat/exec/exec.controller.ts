import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { Principal } from '../../auth/principal';
import { AnswerApprovalDto, ApprovalDto } from '../../chat/dto/approval.dto';
import { ApiBodyProblems } from '../../common/api-problems.decorator';
import { sendEventStream } from '../../common/sse-stream';
import { StreamLimits } from '../../common/stream-limits';
import { OfContract } from '../../contracts/contract.decorator';
import { Conversations } from '../../contracts/conversations';
import { ExecEventDto, RunResultDto } from './exec-event.dto';
import { ExecStreams } from './exec-streams';
import { ExecTurns } from './exec-turns';
import { RunCodexDto } from './run-codex.dto';

const PROBLEMS = {
  400: [
    ...['validation_failed', 'empty_message', 'invalid_content', 'invalid_image', 'unknown_model'],
    'working_directory_fixed',
  ],
  403: ['working_directory_not_allowed', 'sandbox_mode_not_allowed', 'approval_policy_not_allowed', 'read_only'],
  404: ['chat_not_found', 'contract_disabled'],
  409: ['unknown_backend'],
  413: ['message_too_large', 'answer_too_large'],
  429: ['too_many_streams', 'limit_reached'],
  503: ['pool_saturated', 'chat_queue_full', 'storage_low', 'storage_unavailable', 'too_many_streams'],
  504: ['wait_aborted'],
};

/** `codex exec` over HTTP. */
@ApiTags('codex exec')
@OfContract('exec')
@Controller('api/codex')
export class ExecController {
  constructor(
    private readonly turns: ExecTurns,
    private readonly streams: ExecStreams,
    private readonly conversations: Conversations,
    private readonly limits: StreamLimits,
  ) {}

  @Authorized('chat:write')
  @Post('stream')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Run a prompt, and stream what `codex exec --json` prints',
    description:
      'Each event is one `data`. The turn goes on when the stream is left: `/api/codex/history/{thread_id}` has all of it. ' +
      'A thread is a chat of the service, and may be gone on with by any of its clients.',
  })
  @ApiExtraModels(ExecEventDto)
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { $ref: getSchemaPath(ExecEventDto) } } } })
  @ApiBodyProblems(PROBLEMS)
  async stream(
    @CurrentUser() user: Principal,
    @Body() input: RunCodexDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    this.limits.openFor(request, response);
    const accepted = await this.turns.begin(user, input);
    // The answer may take as long as the turn: until then nothing is to hold its pictures.
    request.body = input.images = undefined;
    await sendEventStream(response, this.streams.turn(user, accepted, response));
  }

  @Authorized('chat:write')
  @Post('run')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Run a prompt, and answer with all events when the turn has ended',
    description: 'Also where it has failed: the last event says so.',
  })
  @ApiOkResponse({ type: RunResultDto })
  @ApiBodyProblems(PROBLEMS)
  async run(
    @CurrentUser() user: Principal,
    @Body() input: RunCodexDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const accepted = await this.turns.begin(user, input);
    request.body = input.images = undefined;
    response.json(await this.streams.ended(user, accepted, response));
  }

  @Authorized('chat:write')
  @Post('approvals/:id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Answer what an `approval.requested` asks, once, with one of its decisions' })
  @ApiOkResponse({ type: ApprovalDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'decision_not_offered', 'invalid_answers', 'decision_takes_no_message'],
    403: ['read_only'],
    404: ['approval_not_found', 'contract_disabled'],
    409: ['approval_already_resolved', 'too_many_approval_rules'],
    503: ['storage_unavailable', 'storage_low', 'message_unconfirmed', 'pool_saturated', 'chat_queue_full'],
  })
  answer(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() input: AnswerApprovalDto,
  ): Promise<ApprovalDto> {
    return this.conversations.answer(user, id, input);
  }
}
