import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AuditLog } from '../../access/audit/audit-log';
import { EndedSessionsDto } from '../../auth/account.dto';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { PageOf } from '../../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../../common/api-problems.decorator';
import { AdminUserDto, UpdateUserDto, UserExportQueryDto, UsersQueryDto } from './user-admin.dto';
import { UserAdmin } from './user-admin';
import { UserArchive } from './user-archive';
import { UserErasure } from './user-erasure';
import { UserExport } from './user-export';

class UserPage extends PageOf(AdminUserDto) {}

@ApiTags('admin')
@Controller('api/v1/admin/users')
export class UsersController {
  constructor(
    private readonly users: UserAdmin,
    private readonly exports: UserExport,
    private readonly archives: UserArchive,
    private readonly erasure: UserErasure,
    private readonly audit: AuditLog,
  ) {}

  @Authorized('admin')
  @Get()
  @ApiOperation({ summary: 'List and search the users' })
  @ApiOkResponse({ type: UserPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 403: ['admin_only'] })
  list(@Query() query: UsersQueryDto): Promise<UserPage> {
    return this.users.list(query);
  }

  @Authorized('admin')
  @Get(':id')
  @ApiOperation({ summary: 'Read a user' })
  @ApiOkResponse({ type: AdminUserDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['user_not_found'] })
  get(@Param('id') id: string): Promise<AdminUserDto> {
    return this.users.get(id);
  }

  @Authorized('admin')
  @Patch(':id')
  @ApiOperation({
    summary: 'Change a user: role, name, disabled or not',
    description: 'A user that is disabled loses at once what it has open; its turns end as `interrupted`.',
  })
  @ApiOkResponse({ type: AdminUserDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['admin_only'],
    404: ['user_not_found'],
    409: ['own_account', 'last_admin'],
    503: ['storage_unavailable'],
  })
  update(@CurrentUser() by: User, @Param('id') id: string, @Body() change: UpdateUserDto): Promise<AdminUserDto> {
    return this.users.update(by, id, change);
  }

  @Authorized('admin')
  @Delete(':id/sessions')
  @ApiOperation({ summary: 'Sign a user out in all browsers', description: 'Tokens go on.' })
  @ApiOkResponse({ type: EndedSessionsDto })
  @ApiChangeProblems({ 403: ['admin_only'], 404: ['user_not_found'], 503: ['storage_unavailable'] })
  async endSessionsOfUser(@CurrentUser() by: User, @Param('id') id: string): Promise<EndedSessionsDto> {
    return { ended: await this.users.endSessions(by, id) };
  }

  @Authorized('admin')
  @Get(':id/export')
  @ApiOperation({
    summary: 'Export all that is a user’s: rows as JSON lines, or with all files as a zip',
    description:
      'Each line is `{table, row}`. Hashes of secrets are left out. A zip has them in `rows.jsonl`, beside `workspaces/<chat id>/` and ' +
      '`files/<id>/`. The audit log notes who did it.',
  })
  @ApiProduces('application/x-ndjson', 'application/zip')
  @ApiOkResponse({
    content: {
      'application/x-ndjson': { schema: { type: 'string' } },
      'application/zip': { schema: { type: 'string', format: 'binary' } },
    },
  })
  @ApiProblems({ 400: ['validation_failed'], 403: ['admin_only'], 404: ['user_not_found'] })
  async export(
    @CurrentUser() by: User,
    @Param('id') id: string,
    @Query() { format }: UserExportQueryDto,
    @Res() response: Response,
  ): Promise<void> {
    await this.users.require(id);
    this.audit.record({ action: 'user.exported', by, target: { kind: 'user', id } });
    response.status(200).set({
      'Content-Type': format === 'zip' ? 'application/zip' : 'application/x-ndjson; charset=utf-8',
      'Content-Disposition': `attachment; filename="user.${format}"`,
      'Cache-Control': 'no-store',
    });
    if (response.req.method === 'HEAD') return void response.end();
    // What fails in the middle ends the answer without its end, which a reader notices.
    const content = format === 'zip' ? this.archives.of(id) : Readable.from(this.exports.lines(id));
    await pipeline(content, response).catch(() => response.destroy());
  }

  @Authorized('admin')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Erase a user and all that is theirs',
    description:
      'Chats with workspaces and threads, what they wrote in the chats of others, keys, sessions. What calls have used stays in the sums, without name.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['admin_only'],
    404: ['user_not_found'],
    409: ['own_account', 'last_admin'],
    503: ['storage_unavailable'],
  })
  async erase(@CurrentUser() by: User, @Param('id') id: string): Promise<void> {
    const user = await this.users.require(id);
    await this.users.requireOtherAdmin(by, id);
    await this.erasure.erase(by, user);
  }
}
