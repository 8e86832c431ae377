import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { answerWithBlob } from '../chat/api/blob-answer';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { QueryFlag } from '../common/query-flag.decorator';
import { Blobs } from '../storage/blobs';
import { ProjectFileDto, UploadedProjectFilesDto } from './project-file.dto';
import { ProjectFiles } from './project-files';

class ProjectFilePage extends PageOf(ProjectFileDto) {}

class UploadQueryDto {
  /** Whether a file of the same name is replaced. */
  @QueryFlag()
  overwrite: boolean = false;
}

const BINARY = { type: 'string', format: 'binary' } as const;

/** Files that the agents of all chats of a project can read. */
@ApiTags('files')
@Controller('api/v1/files')
export class FilesController {
  constructor(
    private readonly files: ProjectFiles,
    private readonly blobs: Blobs,
  ) {}

  @Authorized('chat:write')
  @Post('upload/:projectId')
  @ApiOperation({
    summary: 'Upload files to a project',
    description:
      'A form with the files, in fields of any name: all of them are taken, or none. Agents read them from their next turn on, in the ' +
      'folder that `PROJECT_FILES_DIR` names to their commands.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', properties: { files: { type: 'array', items: BINARY } } } })
  @ApiCreatedResponse({ type: UploadedProjectFilesDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'invalid_file_name', 'invalid_body', 'too_many_files', 'request_aborted'],
    ...{ 403: ['read_only'], 404: ['project_not_found'], 409: ['file_exists', 'too_many_files'] },
    ...{
      413: ['file_too_large', 'file_not_scanned'],
      422: ['file_infected'],
      429: ['limit_reached', 'too_many_uploads'],
    },
    503: ['storage_low', 'storage_unavailable', 'blob_store_unavailable', 'scanner_unavailable', 'too_many_uploads'],
  })
  async upload(
    @CurrentUser() user: User,
    @Param('projectId') projectId: string,
    @Query() { overwrite }: UploadQueryDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadedProjectFilesDto> {
    return { data: await this.files.upload(user, projectId, { request, response }, overwrite) };
  }

  @Authorized('chat:read')
  @Get('project/:projectId')
  @ApiOperation({ summary: 'List the files of a project, newest first' })
  @ApiOkResponse({ type: ProjectFilePage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['project_not_found'] })
  list(
    @CurrentUser() user: User,
    @Param('projectId') projectId: string,
    @Query() query: PageQueryDto,
  ): Promise<ProjectFilePage> {
    return this.files.list(user, projectId, query);
  }

  @Authorized('chat:read')
  @Get(':id/download')
  @ApiOperation({ summary: 'Read a file of a project', description: 'Takes one `Range`, and `If-None-Match`.' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ description: 'The bytes.', schema: BINARY })
  @ApiProblems({
    ...{ 404: ['file_not_found', 'blob_missing'], 416: ['range_not_satisfiable'] },
    503: ['blob_store_unavailable', 'storage_unavailable'],
  })
  async download(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    await answerWithBlob({ request, response }, this.blobs, await this.files.find(user, id), id);
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Delete a file of a project' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['read_only'], 404: ['file_not_found'], 503: ['storage_unavailable'] })
  remove(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.files.remove(user, id);
  }
}
