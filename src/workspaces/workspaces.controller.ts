import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
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
import { PageOf } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { answerWithContent, dispositionOf, sendStream } from '../common/content-answer';
import { StreamLimits } from '../common/stream-limits';
import { namesOf, shownName, shownPath } from '../runtime/confined/entry-name';
import { archiveOf } from './workspace-archive';
import { WorkspaceChanges } from './workspace-changes';
import { contentOf } from './workspace-content';
import { WorkspaceEdits } from './workspace-edits';
import { WorkspaceUploads } from './workspace-uploads';
import { WorkspaceView } from './workspace-view';
import {
  ArchiveQueryDto,
  FindQueryDto,
  FoundEntriesDto,
  ListQueryDto,
  MakeFolderDto,
  MoveDto,
  PathQueryDto,
  ReadQueryDto,
  UploadedFilesDto,
  WorkspaceEntryDto,
  WriteQueryDto,
} from './workspace.dto';
import { Workspaces } from './workspaces';

class WorkspaceEntryPage extends PageOf(WorkspaceEntryDto) {}

const BINARY = { type: 'string', format: 'binary' } as const;
const PATH = ['validation_failed', 'path_outside_workspace', 'invalid_path', 'name_too_long'];
const MISSING = { 403: ['path_not_permitted'], 404: ['chat_not_found', 'path_not_found'] };
const TAKEN = { 409: ['file_exists', 'not_a_file', 'not_a_folder', 'link_loop', 'link_changed'] };
const FULL = {
  429: ['limit_reached', 'too_many_uploads'],
  503: ['storage_low', 'too_many_uploads', 'storage_unavailable'],
};

/** The files of a chat, also while a turn runs. */
@ApiTags('workspace')
@Controller('api/v1/chats/:id/workspace')
export class WorkspacesController {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly view: WorkspaceView,
    private readonly edits: WorkspaceEdits,
    private readonly uploads: WorkspaceUploads,
    private readonly changes: WorkspaceChanges,
    private readonly streams: StreamLimits,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List a folder of the workspace, in the order of the names' })
  @ApiOkResponse({ type: WorkspaceEntryPage })
  @ApiProblems({ 400: [...PATH, 'invalid_cursor'], ...MISSING, ...TAKEN, 413: ['folder_too_large'] })
  async list(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Query() query: ListQueryDto,
  ): Promise<WorkspaceEntryPage> {
    const { folder } = await this.workspaces.find(user, chatId, 'read');
    return this.view.list(folder, query);
  }

  @Authorized('chat:read')
  @Get('search')
  @ApiOperation({ summary: 'Find files of the workspace by their names', description: 'Not in `.git`; 200 at most.' })
  @ApiOkResponse({ type: FoundEntriesDto })
  @ApiProblems({ 400: ['validation_failed'], 404: ['chat_not_found'] })
  async find(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Query() { q }: FindQueryDto,
  ): Promise<FoundEntriesDto> {
    const { folder } = await this.workspaces.find(user, chatId, 'read');
    return this.view.find(folder, q);
  }

  @Authorized('chat:read')
  @Get('file')
  @ApiOperation({
    summary: 'Read a file of the workspace',
    description:
      'Its bytes, as many as there are at the beginning, of the type that they are; text of any kind is plain text. One `Range` is ' +
      'taken, and `If-None-Match` with its `ETag`.',
  })
  @ApiProduces('application/octet-stream', 'text/plain')
  @ApiOkResponse({ description: 'The bytes.', schema: BINARY })
  @ApiProblems({ 400: PATH, ...MISSING, ...TAKEN, 416: ['range_not_satisfiable'] })
  async read(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Query() { path, download }: ReadQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { folder } = await this.workspaces.find(user, chatId, 'read');
    const names = namesOf(path);
    const { content, close } = await folder.hold(names, (entry) =>
      contentOf(entry, names.at(-1) ?? Buffer.from(''), download),
    );
    try {
      await answerWithContent({ request, response }, content);
    } finally {
      await close();
    }
  }

  @Authorized('chat:write')
  @Put('file')
  @ApiOperation({
    summary: 'Write a file of the workspace',
    description:
      'The body is its content, whatever its type. It is in its place at once, whole. With `overwrite=true`, or `If-Match` with the ' +
      '`ETag` of what it replaces, a file that is there is replaced.',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: BINARY })
  @ApiOkResponse({ type: WorkspaceEntryDto })
  @ApiBodyProblems({
    ...{ 400: [...PATH, 'request_aborted'], ...TAKEN, ...FULL, 403: ['read_only', 'path_not_permitted'] },
    ...{ 404: MISSING[404], 412: ['file_changed'], 413: ['file_too_large', 'workspace_full'] },
  })
  async write(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Query() { path, overwrite }: WriteQueryDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<WorkspaceEntryDto> {
    const workspace = await this.workspaces.find(user, chatId, 'write');
    const ifMatch = request.get('If-Match');
    const placing = { overwrite, ...(ifMatch !== undefined && { ifMatch }) };
    const names = await this.uploads.write(user, workspace, { request, response }, path, placing);
    this.changes.note(workspace.chat, 'user', [shownPath(names)]);
    return this.view.entry(workspace.folder, names);
  }

  @Authorized('chat:write')
  @Post('upload')
  @ApiOperation({
    summary: 'Upload files to a folder of the workspace',
    description:
      'A form with the files, in fields of any name; a file’s name may hold folders. All of them are put in their places when the last ' +
      'has come; of an upload that breaks off there is nothing.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({ schema: { type: 'object', properties: { files: { type: 'array', items: BINARY } } } })
  @ApiCreatedResponse({ type: UploadedFilesDto })
  @ApiBodyProblems({
    ...{ 400: [...PATH, 'request_aborted', 'invalid_body', 'too_many_files'], ...TAKEN, ...FULL },
    ...{ 403: ['read_only', 'path_not_permitted'], 404: MISSING[404], 413: ['file_too_large', 'workspace_full'] },
  })
  async upload(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Query() { path, overwrite }: WriteQueryDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UploadedFilesDto> {
    const workspace = await this.workspaces.find(user, chatId, 'write');
    const files = await this.uploads.receive(user, workspace, { request, response }, path, overwrite);
    this.changes.note(workspace.chat, 'user', files.map(shownPath));
    const data: WorkspaceEntryDto[] = [];
    for (const names of files) data.push(await this.view.entry(workspace.folder, names));
    return { data };
  }

  @Authorized('chat:write')
  @Post('folders')
  @ApiOperation({ summary: 'Make a folder in the workspace' })
  @ApiCreatedResponse({ type: WorkspaceEntryDto })
  @ApiBodyProblems({
    400: [...PATH],
    ...TAKEN,
    403: ['read_only', 'path_not_permitted'],
    404: MISSING[404],
  })
  async makeFolder(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Body() { path }: MakeFolderDto,
  ): Promise<WorkspaceEntryDto> {
    const { chat, folder } = await this.workspaces.find(user, chatId, 'write');
    const names = namesOf(path);
    await this.edits.makeFolder(folder, names);
    this.changes.note(chat, 'user', [shownPath(names)]);
    return this.view.entry(folder, names);
  }

  @Authorized('chat:write')
  @Post('move')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Move or rename a file or a folder of the workspace' })
  @ApiOkResponse({ type: WorkspaceEntryDto })
  @ApiBodyProblems({
    400: [...PATH],
    ...TAKEN,
    403: ['read_only', 'path_not_permitted'],
    404: MISSING[404],
  })
  async move(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Body() { from, to, overwrite }: MoveDto,
  ): Promise<WorkspaceEntryDto> {
    const { chat, folder } = await this.workspaces.find(user, chatId, 'write');
    const [source, target] = [namesOf(from), namesOf(to)];
    await this.edits.move(folder, source, target, overwrite);
    this.changes.note(chat, 'user', [shownPath(source), shownPath(target)]);
    return this.view.entry(folder, target);
  }

  @Authorized('chat:write')
  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Delete a file of the workspace, or a folder with all that is in it' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 400: PATH, ...TAKEN, 403: ['read_only', 'path_not_permitted'], 404: MISSING[404] })
  async remove(@CurrentUser() user: User, @Param('id') chatId: string, @Query() { path }: PathQueryDto): Promise<void> {
    const workspace = await this.workspaces.find(user, chatId, 'write');
    await this.edits.remove(workspace, path);
    this.changes.note(workspace.chat, 'user', [shownPath(namesOf(path))]);
  }

  @Authorized('chat:read')
  @Get('archive')
  @ApiOperation({
    summary: 'Read a folder of the workspace as one archive',
    description:
      'With all that is in it. Links are links in it; FIFOs, sockets, devices and what cannot be read are left out. It is made while it ' +
      'is read: one that breaks off has no end, and programs that open it say so.',
  })
  @ApiProduces('application/zip', 'application/x-tar')
  @ApiOkResponse({ description: 'The archive.', schema: BINARY })
  @ApiProblems({ 400: PATH, ...MISSING, ...TAKEN, 429: ['too_many_streams'], 503: ['too_many_streams'] })
  async archive(
    @CurrentUser() user: User,
    @Param('id') chatId: string,
    @Query() { path, format }: ArchiveQueryDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { folder } = await this.workspaces.find(user, chatId, 'read');
    const names = namesOf(path);
    this.streams.openFor(request, response);
    const archive = await archiveOf(folder, names, format);
    const name = names.at(-1);
    response.set({
      'Content-Type': format === 'zip' ? 'application/zip' : 'application/x-tar',
      'Content-Disposition': dispositionOf('attachment', `${name ? shownName(name) : 'workspace'}.${format}`),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    await sendStream(archive, response);
  }
}
