import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { ProjectSkills } from './project-skills';
import { CreateSkillDto, ProjectSkillDto, SkillDto, SkillsQueryDto, UpdateSkillDto } from './skill.dto';
import { Skills } from './skills';

class SkillPage extends PageOf(SkillDto) {}
class ProjectSkillPage extends PageOf(ProjectSkillDto) {}

/** What chats can choose. */
@ApiTags('skills')
@Controller('api/v1/skills')
export class SkillsController {
  constructor(private readonly skills: Skills) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'List the skills that a chat can have',
    description: "The operator's, and those of the project that is named; all of them at once.",
  })
  @ApiOkResponse({ type: SkillPage })
  @ApiProblems({ 400: ['validation_failed'], 404: ['project_not_found'] })
  async list(@CurrentUser() user: User, @Query() { projectId }: SkillsQueryDto): Promise<SkillPage> {
    return { data: await this.skills.list(user, projectId), nextCursor: null };
  }
}

/** Skills of a project. */
@ApiTags('skills')
@Controller('api/v1/projects/:id/skills')
export class ProjectSkillsController {
  constructor(private readonly skills: ProjectSkills) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the skills of a project with all that they say', description: 'All of them at once.' })
  @ApiOkResponse({ type: ProjectSkillPage })
  @ApiProblems({ 404: ['project_not_found'] })
  async list(@CurrentUser() user: User, @Param('id') id: string): Promise<ProjectSkillPage> {
    return { data: await this.skills.list(user, id), nextCursor: null };
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({
    summary: 'Add a skill to a project',
    description:
      'Its name and description are those of its document. For chats of the project, which choose it by its name.',
  })
  @ApiCreatedResponse({ type: ProjectSkillDto })
  @ApiBodyProblems({
    ...{
      400: ['validation_failed', 'invalid_skill'],
      403: ['read_only'],
      404: ['project_not_found'],
    },
    ...{ 409: ['skill_exists', 'too_many_skills'], 413: ['skill_too_large'], 503: ['storage_unavailable'] },
  })
  create(@CurrentUser() user: User, @Param('id') id: string, @Body() input: CreateSkillDto): Promise<ProjectSkillDto> {
    return this.skills.create(user, id, input);
  }

  @Authorized('chat:read')
  @Get(':name')
  @ApiOperation({ summary: 'Read a skill of a project' })
  @ApiOkResponse({ type: ProjectSkillDto })
  @ApiProblems({ 404: ['project_not_found', 'skill_not_found'] })
  get(@CurrentUser() user: User, @Param('id') id: string, @Param('name') name: string): Promise<ProjectSkillDto> {
    return this.skills.view(user, id, name);
  }

  @Authorized('chat:write')
  @Patch(':name')
  @ApiOperation({
    summary: 'Change a skill of a project',
    description: 'What is left out stays, and so does its name. Chats have it so from their next turn on.',
  })
  @ApiOkResponse({ type: ProjectSkillDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed', 'invalid_skill'], 403: ['read_only'] },
    ...{ 404: ['project_not_found', 'skill_not_found'], 409: ['version_changed'], 413: ['skill_too_large'] },
    503: ['storage_unavailable'],
  })
  update(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('name') name: string,
    @Body() change: UpdateSkillDto,
  ): Promise<ProjectSkillDto> {
    return this.skills.update(user, id, name, change);
  }

  @Authorized('chat:write')
  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a skill of a project', description: 'Chats that have chosen it work without it.' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    ...{ 403: ['read_only'], 404: ['project_not_found', 'skill_not_found'], 503: ['storage_unavailable'] },
  })
  delete(@CurrentUser() user: User, @Param('id') id: string, @Param('name') name: string): Promise<void> {
    return this.skills.delete(user, id, name);
  }
}
