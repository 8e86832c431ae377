import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { CreateProjectDto, DeleteProjectQueryDto, ProjectDto, ProjectsQueryDto, UpdateProjectDto } from './project.dto';
import { Projects } from './projects';

class ProjectPage extends PageOf(ProjectDto) {}

const CHANGE = {
  400: ['validation_failed'],
  403: ['read_only'],
  404: ['project_not_found'],
  503: ['storage_unavailable'],
};

@ApiTags('projects')
@Controller('api/v1/projects')
export class ProjectsController {
  constructor(private readonly projects: Projects) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the projects that you are a member of, newest first' })
  @ApiOkResponse({ type: ProjectPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'] })
  list(@CurrentUser() user: User, @Query() query: ProjectsQueryDto): Promise<ProjectPage> {
    return this.projects.list(user, query.archived, query);
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({ summary: 'Make a project', description: 'You are its owner.' })
  @ApiCreatedResponse({ type: ProjectDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    503: ['storage_unavailable'],
  })
  create(@CurrentUser() user: User, @Body() input: CreateProjectDto): Promise<ProjectDto> {
    return this.projects.create(user, input);
  }

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({ summary: 'Read a project' })
  @ApiOkResponse({ type: ProjectDto })
  @ApiProblems({ 404: ['project_not_found'] })
  get(@CurrentUser() user: User, @Param('id') id: string): Promise<ProjectDto> {
    return this.projects.view(user, id);
  }

  @Authorized('chat:write')
  @Put(':id')
  @ApiOperation({ summary: 'Change a project', description: 'What is left out stays. For its owners.' })
  @ApiOkResponse({ type: ProjectDto })
  @ApiBodyProblems(CHANGE)
  update(@CurrentUser() user: User, @Param('id') id: string, @Body() change: UpdateProjectDto): Promise<ProjectDto> {
    return this.projects.update(user, id, change);
  }

  @Authorized('chat:write')
  @Patch(':id')
  @ApiOperation({ summary: 'Change a project', description: 'The same as PUT.' })
  @ApiOkResponse({ type: ProjectDto })
  @ApiBodyProblems(CHANGE)
  patch(@CurrentUser() user: User, @Param('id') id: string, @Body() change: UpdateProjectDto): Promise<ProjectDto> {
    return this.projects.update(user, id, change);
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a project',
    description: 'Only without chats, or with `?chats=delete`. For its owners. Members lose it at once.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['project_not_found'],
    409: ['project_not_empty', 'personal_project'],
    503: ['storage_unavailable'],
  })
  delete(@CurrentUser() user: User, @Param('id') id: string, @Query() query: DeleteProjectQueryDto): Promise<void> {
    return this.projects.delete(user, id, query.chats === 'delete');
  }
}
