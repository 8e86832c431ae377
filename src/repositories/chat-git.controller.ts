import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { ChatGit } from './chat-git';
import {
  ChatRepositoryDto,
  CommitDto,
  CommittedDto,
  DiffQueryDto,
  GitDiffDto,
  GitStatusDto,
  PushedDto,
  RebasedDto,
} from './chat-git.dto';

const IN_WORKSPACE = ['no_working_copy', 'git_failed', 'unknown_commit'];
const AT_HOST = ['repository_changed', 'repository_auth_failed', 'host_key_changed', 'credential_unreadable'];
const UNAVAILABLE = { 503: ['git_unavailable', 'storage_unavailable'] };
const HOST_UNAVAILABLE = { 503: [...UNAVAILABLE[503], 'repository_unreachable'] };
const CHANGE = { 403: ['read_only'], 404: ['chat_not_found'] };
const HOST_CHANGE = { 403: ['read_only', 'repository_not_allowed'], 404: ['chat_not_found'] };

@ApiTags('repositories')
@Controller('api/v1/chats/:id/git')
export class ChatGitController {
  constructor(private readonly git: ChatGit) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'Read which repository a chat works in, if any' })
  @ApiOkResponse({ type: ChatRepositoryDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  about(@CurrentUser() user: User, @Param('id') id: string): Promise<ChatRepositoryDto> {
    return this.git.about(user, id);
  }

  @Authorized('chat:read')
  @Get('status')
  @ApiOperation({ summary: "Read the state of a chat's working copy" })
  @ApiOkResponse({ type: GitStatusDto })
  @ApiProblems({ 404: ['chat_not_found'], 409: IN_WORKSPACE, ...UNAVAILABLE })
  status(@CurrentUser() user: User, @Param('id') id: string): Promise<GitStatusDto> {
    return this.git.status(user, id);
  }

  @Authorized('chat:read')
  @Get('diff')
  @ApiOperation({
    summary: 'Read what has changed in a working copy',
    description:
      'Against the commit that the chat began from, or the last one, files that git does not know yet included; or of the last turn.',
  })
  @ApiOkResponse({ type: GitDiffDto })
  @ApiProblems({
    400: ['validation_failed', 'invalid_path'],
    404: ['chat_not_found'],
    409: [...IN_WORKSPACE, 'snapshot_unavailable'],
    ...UNAVAILABLE,
  })
  diff(@CurrentUser() user: User, @Param('id') id: string, @Query() query: DiffQueryDto): Promise<GitDiffDto> {
    return this.git.diff(user, id, query);
  }

  @Authorized('chat:write')
  @Post('checkout')
  @HttpCode(200)
  @ApiOperation({
    summary: "Make a chat's working copy now",
    description:
      'Else it is made before its first turn. Where its `.git` was lost it is made again, and the files stay.',
  })
  @ApiOkResponse({ type: GitStatusDto })
  @ApiChangeProblems({
    ...HOST_CHANGE,
    409: [...IN_WORKSPACE, ...AT_HOST, 'turn_running', 'git_busy', 'branch_not_found', 'checkout_failed'],
    ...HOST_UNAVAILABLE,
  })
  checkOut(@CurrentUser() user: User, @Param('id') id: string): Promise<GitStatusDto> {
    return this.git.checkOut(user, id);
  }

  @Authorized('chat:write')
  @Post('commit')
  @HttpCode(200)
  @ApiOperation({ summary: 'Commit all changes of a working copy', description: 'In your name; hooks are not run.' })
  @ApiOkResponse({ type: CommittedDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    ...CHANGE,
    409: [...IN_WORKSPACE, 'nothing_to_commit', 'turn_running', 'git_busy'],
    ...UNAVAILABLE,
  })
  commit(@CurrentUser() user: User, @Param('id') id: string, @Body() { message }: CommitDto): Promise<CommittedDto> {
    return this.git.commit(user, id, message);
  }

  @Authorized('chat:write')
  @Post('push')
  @HttpCode(200)
  @ApiOperation({
    summary: "Push the chat's own branch",
    description: 'To no other. What somebody else has pushed to it is not replaced.',
  })
  @ApiOkResponse({ type: PushedDto })
  @ApiChangeProblems({
    ...HOST_CHANGE,
    409: [...IN_WORKSPACE, ...AT_HOST, 'nothing_to_push', 'push_rejected', 'git_busy'],
    ...HOST_UNAVAILABLE,
  })
  push(@CurrentUser() user: User, @Param('id') id: string): Promise<PushedDto> {
    return this.git.push(user, id);
  }

  @Authorized('chat:write')
  @Post('rebase')
  @HttpCode(200)
  @ApiOperation({
    summary: "Put the chat's commits on the base branch as it is now",
    description: 'Where both have changed the same lines all stays as it was.',
  })
  @ApiOkResponse({ type: RebasedDto })
  @ApiChangeProblems({
    ...HOST_CHANGE,
    409: [
      ...[...IN_WORKSPACE, ...AT_HOST, 'turn_running', 'git_busy', 'branch_not_found', 'uncommitted_changes'],
      ...['other_branch', 'rebase_conflict', 'rebase_under_way'],
    ],
    ...HOST_UNAVAILABLE,
  })
  rebase(@CurrentUser() user: User, @Param('id') id: string): Promise<RebasedDto> {
    return this.git.rebase(user, id);
  }
}
