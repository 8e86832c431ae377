import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { SnapshotDto } from '../chat/dto/snapshot.dto';
import { ApiBodyProblems, ApiProblems } from '../common/api-problems.decorator';
import { SnapshotDiffQueryDto, RestoreDto, RestoredDto, SnapshotDiffDto } from './snapshot.dto';
import { Snapshots } from './snapshots';

class SnapshotPage extends PageOf(SnapshotDto) {}

@ApiTags('workspace')
@Controller('api/v1/chats/:id')
export class SnapshotsController {
  constructor(private readonly snapshots: Snapshots) {}

  @Authorized('chat:read')
  @Get('snapshots')
  @ApiOperation({
    summary: 'List the recorded states of the files, the newest first',
    description: 'A turn that has changed no file has none of its own.',
  })
  @ApiOkResponse({ type: SnapshotPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['chat_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<SnapshotPage> {
    return this.snapshots.list(user, id, query);
  }

  @Authorized('chat:read')
  @Get('snapshots/:snapshotId/diff')
  @ApiOperation({
    summary: 'What has changed between two recorded states',
    description: 'Against the one before it, where none is named. Of the unified diff 1 MiB at most.',
  })
  @ApiOkResponse({ type: SnapshotDiffDto })
  @ApiProblems({
    400: ['validation_failed'],
    404: ['chat_not_found', 'snapshot_not_found'],
    409: ['snapshot_unavailable'],
    503: ['workspace_not_restored'],
  })
  diff(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('snapshotId') snapshotId: string,
    @Query() { against }: SnapshotDiffQueryDto,
  ): Promise<SnapshotDiffDto> {
    return this.snapshots.diff(user, id, snapshotId, against);
  }

  @Authorized('chat:write')
  @Post('restore')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring the files back to what they were before or after a turn',
    description:
      'Only while no turn runs. What there is now is recorded first: a restore to `undoSnapshotId` takes it back. Files that were not ' +
      'recorded are left alone. With `preview` nothing is changed.',
  })
  @ApiOkResponse({ type: RestoredDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['chat_not_found', 'turn_not_found', 'snapshot_not_found'],
    409: ['turn_running', 'snapshot_unavailable'],
    413: ['workspace_too_large'],
    503: ['storage_low', 'storage_unavailable', 'workspace_not_restored'],
  })
  restore(@CurrentUser() user: User, @Param('id') id: string, @Body() input: RestoreDto): Promise<RestoredDto> {
    return this.snapshots.restore(user, id, input);
  }
}
