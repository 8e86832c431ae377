import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../../access/audit/audit-log';
import { LimitedKind } from '../../access/limits/account-limits.entity';
import { LimitSettings } from '../../access/limits/limit-settings';
import { LimitsDto } from '../../access/limits/limit.dto';
import { UsageLimits } from '../../access/limits/usage-limits';
import { ProjectEntity } from '../../access/project.entity';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiBodyProblems, ApiProblems } from '../../common/api-problems.decorator';
import { notFound } from '../../common/domain.error';
import { Database } from '../../database/database';
import { UpdateLimitsDto } from './user-admin.dto';
import { UserAdmin } from './user-admin';

@ApiTags('admin')
@Controller('api/v1/admin')
export class LimitsAdminController {
  constructor(
    private readonly limits: UsageLimits,
    private readonly settings: LimitSettings,
    private readonly users: UserAdmin,
    private readonly database: Database,
    private readonly audit: AuditLog,
  ) {}

  @Authorized('admin')
  @Get('users/:id/limits')
  @ApiOperation({ summary: 'Read what a user may use, and has used' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['user_not_found'] })
  async ofUser(@Param('id') id: string): Promise<LimitsDto> {
    await this.users.require(id);
    return this.view('user', id);
  }

  @Authorized('admin')
  @Put('users/:id/limits')
  @ApiOperation({ summary: 'Set what a user may use', description: 'Takes effect with the next message.' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['admin_only'],
    404: ['user_not_found'],
    503: ['storage_unavailable'],
  })
  async setOfUser(
    @CurrentUser() by: User,
    @Param('id') id: string,
    @Body() change: UpdateLimitsDto,
  ): Promise<LimitsDto> {
    await this.users.require(id);
    return this.change(by, 'user', id, change);
  }

  @Authorized('admin')
  @Get('projects/:id/limits')
  @ApiOperation({ summary: 'Read what a project may use, and has used' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['project_not_found'] })
  async ofProjectAsAdmin(@Param('id') id: string): Promise<LimitsDto> {
    await this.requireProject(id);
    return this.view('project', id);
  }

  @Authorized('admin')
  @Put('projects/:id/limits')
  @ApiOperation({ summary: 'Set what a project may use', description: 'Takes effect with the next message.' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['admin_only'],
    404: ['project_not_found'],
    503: ['storage_unavailable'],
  })
  async setOfProject(
    @CurrentUser() by: User,
    @Param('id') id: string,
    @Body() change: UpdateLimitsDto,
  ): Promise<LimitsDto> {
    await this.requireProject(id);
    return this.change(by, 'project', id, change);
  }

  private async change(by: User, kind: LimitedKind, id: string, change: UpdateLimitsDto): Promise<LimitsDto> {
    await this.settings.change(kind, id, { ...change });
    const detail = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.audit.record({ action: `${kind}.limits_changed`, by, target: { kind, id }, detail });
    return this.view(kind, id);
  }

  private async view(kind: LimitedKind, id: string): Promise<LimitsDto> {
    return { limits: await this.limits.view(kind, id) };
  }

  private async requireProject(id: string): Promise<void> {
    if (!(await this.database.read.existsBy(ProjectEntity, { id }))) throw notFound('project', id);
  }
}
