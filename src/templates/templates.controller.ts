import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { ChatInstructions } from './chat-instructions';
import {
  CreateTemplateDto,
  InstructionsDto,
  ReplaceTemplateDto,
  TemplateDto,
  TemplatesQueryDto,
  UpdateTemplateDto,
} from './template.dto';
import { Templates } from './templates';

class TemplatePage extends PageOf(TemplateDto) {}

const CHANGE = {
  ...{ 400: ['validation_failed'], 403: ['read_only'], 404: ['template_not_found'] },
  ...{ 409: ['version_changed'], 503: ['storage_unavailable'] },
};

/** What chats are made from. */
@ApiTags('templates')
@Controller('api/v1/templates')
export class TemplatesController {
  constructor(private readonly templates: Templates) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'List the templates that a chat can be made from',
    description: 'Those of the service, of the project that is named, and your own; all of them at once.',
  })
  @ApiOkResponse({ type: TemplatePage })
  @ApiProblems({ 400: ['validation_failed'], 404: ['project_not_found'] })
  async list(@CurrentUser() user: User, @Query() { projectId }: TemplatesQueryDto): Promise<TemplatePage> {
    return { data: await this.templates.list(user, projectId), nextCursor: null };
  }

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({ summary: 'Read a template' })
  @ApiOkResponse({ type: TemplateDto })
  @ApiProblems({ 404: ['template_not_found'] })
  get(@CurrentUser() user: User, @Param('id') id: string): Promise<TemplateDto> {
    return this.templates.view(user, id);
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({
    summary: 'Make a template',
    description: 'Of a project whose chats you may write in, or of your own.',
  })
  @ApiCreatedResponse({ type: TemplateDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed'], 403: ['read_only'], 404: ['project_not_found'] },
    ...{ 409: ['too_many_templates'], 503: ['storage_unavailable'] },
  })
  create(@CurrentUser() user: User, @Body() input: CreateTemplateDto): Promise<TemplateDto> {
    return this.templates.create(user, input);
  }

  @Authorized('chat:write')
  @Patch(':id')
  @ApiOperation({
    summary: 'Change a template',
    description: 'What is left out stays. Chats that were made from it keep what it said then.',
  })
  @ApiOkResponse({ type: TemplateDto })
  @ApiBodyProblems(CHANGE)
  update(@CurrentUser() user: User, @Param('id') id: string, @Body() change: UpdateTemplateDto): Promise<TemplateDto> {
    return this.templates.update(user, id, change);
  }

  @Authorized('chat:write')
  @Put(':id')
  @ApiOperation({
    summary: 'Replace what a template says',
    description: 'What is left out is gone. Chats that were made from it keep what it said then.',
  })
  @ApiOkResponse({ type: TemplateDto })
  @ApiBodyProblems(CHANGE)
  replace(@CurrentUser() user: User, @Param('id') id: string, @Body() input: ReplaceTemplateDto): Promise<TemplateDto> {
    return this.templates.replace(user, id, input);
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a template', description: 'Chats that were made from it keep what it said.' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['read_only'], 404: ['template_not_found'], 503: ['storage_unavailable'] })
  delete(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.templates.delete(user, id);
  }
}

/** What the agent of a chat is told. */
@ApiTags('chats')
@Controller('api/v1/chats/:id/instructions')
export class ChatInstructionsController {
  constructor(private readonly instructions: ChatInstructions) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'Read what the agent of a chat is told beside its messages',
    description:
      'As its next turn has it, in the order in which it is told: template, project, chat, files, skills, AGENTS.md of the workspace.',
  })
  @ApiOkResponse({ type: InstructionsDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  read(@CurrentUser() user: User, @Param('id') id: string): Promise<InstructionsDto> {
    return this.instructions.of(user, id);
  }
}
