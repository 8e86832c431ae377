import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { Repositories } from './repositories';
import { RepositoryDto, SetRepositoryDto } from './repository.dto';

const MISSING = ['project_not_found', 'repository_not_found'];

@ApiTags('repositories')
@Controller('api/v1/projects/:id/repository')
export class RepositoriesController {
  constructor(private readonly repositories: Repositories) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'Read which repository a project has' })
  @ApiOkResponse({ type: RepositoryDto })
  @ApiProblems({ 404: MISSING })
  view(@CurrentUser() user: User, @Param('id') id: string): Promise<RepositoryDto> {
    return this.repositories.view(user, id);
  }

  @Authorized('chat:write')
  @Put()
  @ApiOperation({
    summary: 'Give a project a repository',
    description:
      'For its owners. Its chats get working copies from their next turn on. Without a credential that of the same address stays. The host is not asked yet.',
  })
  @ApiOkResponse({ type: RepositoryDto })
  @ApiBodyProblems({
    400: [
      ...['validation_failed', 'invalid_repository_url', 'invalid_branch', 'invalid_credential'],
      'invalid_private_key',
    ],
    403: ['read_only', 'repository_not_allowed'],
    404: ['project_not_found'],
    409: ['encryption_key_missing'],
    503: ['git_unavailable', 'storage_unavailable'],
  })
  set(@CurrentUser() user: User, @Param('id') id: string, @Body() input: SetRepositoryDto): Promise<RepositoryDto> {
    return this.repositories.set(user, id, input);
  }

  @Authorized('chat:write')
  @Delete()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Take the repository from a project',
    description: 'With its credential. For its owners. Working copies of chats stay as they are.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['read_only'], 404: MISSING, 503: ['storage_unavailable'] })
  remove(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.repositories.remove(user, id);
  }

  @Authorized('chat:write')
  @Post('fetch')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Bring in what the host of the repository has',
    description: 'Shows whether the service gets there. Takes `REPOSITORY_TIMEOUT_SECONDS` at most.',
  })
  @ApiOkResponse({ type: RepositoryDto })
  @ApiChangeProblems({
    403: ['read_only', 'repository_not_allowed'],
    404: MISSING,
    409: ['repository_auth_failed', 'host_key_changed', 'credential_unreadable'],
    503: ['repository_unreachable', 'storage_unavailable'],
  })
  fetch(@CurrentUser() user: User, @Param('id') id: string): Promise<RepositoryDto> {
    return this.repositories.fetch(user, id);
  }
}
