import { Controller, Get, Param, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import type { Request, Response } from 'express';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { Public } from '../../auth/authorized.decorator';
import { answerWithBlob, SHOWN } from '../../chat/api/blob-answer';
import { ChatStateQueryDto, TurnDiffDto } from '../../chat/dto/chat-state.dto';
import { PageOf, PageQueryDto } from '../../chat/dto/page.dto';
import { PictureAccess } from '../../chat/pictures/picture-access';
import { ApiProblems } from '../../common/api-problems.decorator';
import { invalid } from '../../common/domain.error';
import { Blobs } from '../../storage/blobs';
import { SharedActionDto, SharedChatDto, SharedEventDto, SharedMessageDto, SharedStateDto } from './share.dto';
import { SharedGuard } from './shared.guard';
import { SharedView } from './shared-view';
import { Shares } from './shares';

class SharedMessagePage extends PageOf(SharedMessageDto) {}
class SharedActionPage extends PageOf(SharedActionDto) {}
class SharedEventPage extends PageOf(SharedEventDto) {}

class SharedEventsQueryDto extends PageQueryDto {
  /** Number of the last event that the reader has. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  @ApiProperty({ required: false, type: 'integer' })
  after?: number;
}

const PROBLEMS = { 400: ['validation_failed', 'invalid_cursor'], 404: ['share_not_found'], 429: ['limit_reached'] };

const problemsOfWorkspace = (missing: string) => ({
  ...{ 403: ['workspace_not_shared'], 404: ['share_not_found', missing], 429: ['limit_reached'] },
});

/** What anybody may read who has a link. */
@ApiTags('sharing')
@Public()
@UseGuards(SharedGuard)
@Controller('api/v1/shared/:token')
export class SharedController {
  constructor(
    private readonly shares: Shares,
    private readonly view: SharedView,
    private readonly pictures: PictureAccess,
    private readonly blobs: Blobs,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Read what a link shows: the chat' })
  @ApiOkResponse({ type: SharedChatDto })
  @ApiProblems({ 404: ['share_not_found'], 429: ['limit_reached'] })
  async chat(@Param('token') token: string): Promise<SharedChatDto> {
    return this.view.chat(await this.shares.find(token));
  }

  @Get('state')
  @ApiOperation({
    summary: 'Read all that is needed to show the chat of a link, the newest turns first',
    description:
      'In the shape of `GET /chats/{id}/state`, without names, questions and, where the link does not show it, the workspace. ' +
      'Its events go on behind `seq`.',
  })
  @ApiOkResponse({ type: SharedStateDto })
  @ApiProblems(PROBLEMS)
  async state(@Param('token') token: string, @Query() query: ChatStateQueryDto): Promise<SharedStateDto> {
    return this.view.state({ ...(await this.shares.find(token)), token }, query);
  }

  @Get('messages')
  @ApiOperation({ summary: 'Read the messages that a link shows' })
  @ApiOkResponse({ type: SharedMessagePage })
  @ApiProblems(PROBLEMS)
  async messages(@Param('token') token: string, @Query() query: PageQueryDto): Promise<SharedMessagePage> {
    return this.view.messages({ ...(await this.shares.find(token)), token }, query);
  }

  @Get('agent-actions')
  @ApiOperation({ summary: 'Read what the agent did, where the link shows the workspace' })
  @ApiOkResponse({ type: SharedActionPage })
  @ApiProblems(PROBLEMS)
  async actions(@Param('token') token: string, @Query() query: PageQueryDto): Promise<SharedActionPage> {
    return this.view.actions(await this.shares.find(token), query);
  }

  @Get('agent-actions/:actionId')
  @ApiOperation({ summary: 'Read one action of the agent, where the link shows the workspace' })
  @ApiOkResponse({ type: SharedActionDto })
  @ApiProblems(problemsOfWorkspace('agent_action_not_found'))
  async action(@Param('token') token: string, @Param('actionId') id: string): Promise<SharedActionDto> {
    return this.view.action(await this.shares.find(token), id);
  }

  @Get('turns/:turnId/diff')
  @ApiOperation({ summary: 'Read the whole diff of all that a turn has changed, where the link shows the workspace' })
  @ApiOkResponse({ type: TurnDiffDto })
  @ApiProblems(problemsOfWorkspace('turn_not_found'))
  async diff(@Param('token') token: string, @Param('turnId') turnId: string): Promise<TurnDiffDto> {
    return this.view.turnDiff(await this.shares.find(token), turnId);
  }

  @Get('events')
  @ApiOperation({ summary: 'Read the log of the chat as far as the link shows it' })
  @ApiOkResponse({ type: SharedEventPage })
  @ApiProblems(PROBLEMS)
  async events(@Param('token') token: string, @Query() query: SharedEventsQueryDto): Promise<SharedEventPage> {
    const { cursor, after = 0, limit } = query;
    if (cursor !== undefined && !/^\d{1,15}$/.test(cursor)) {
      throw invalid('invalid_cursor', 'cursor must be the nextCursor of an earlier page of the same list.');
    }
    const share = { ...(await this.shares.find(token)), token };
    return this.view.events(share, cursor === undefined ? after : Number(cursor), limit);
  }

  @Get('blobs/:blobId')
  @ApiOperation({ summary: 'Read a picture of the messages that a link shows' })
  @ApiProduces(...Object.keys(SHOWN))
  @ApiOkResponse({ description: 'The bytes.', schema: { type: 'string', format: 'binary' } })
  @ApiProblems({
    404: ['share_not_found', 'blob_not_found', 'blob_missing'],
    416: ['range_not_satisfiable'],
    429: ['limit_reached'],
    503: ['blob_store_unavailable', 'storage_unavailable'],
  })
  async picture(
    @Param('token') token: string,
    @Param('blobId') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { chatId } = await this.shares.find(token);
    await answerWithBlob({ request, response }, this.blobs, await this.pictures.findIn(chatId, id), id);
  }
}
