import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../../auth/authorized.decorator';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiProblems } from '../../common/api-problems.decorator';
import { Access } from '../access';
import { LimitsDto } from './limit.dto';
import { UsageLimits } from './usage-limits';

/** What there is for whoever calls, and how much of it is used. */
@ApiTags('account')
@Controller('api/v1')
export class LimitsController {
  constructor(
    private readonly access: Access,
    private readonly limits: UsageLimits,
  ) {}

  @Authorized('account:read')
  @Get('account/limits')
  @ApiOperation({ summary: 'Read what you may use, and how much of it is used' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems({ 429: ['limit_reached'] })
  async own(@CurrentUser() user: User): Promise<LimitsDto> {
    return { limits: await this.limits.view('user', user.id) };
  }

  @Authorized('chat:read')
  @Get('projects/:id/limits')
  @ApiOperation({ summary: 'Read what a project may use, and how much of it is used' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems({ 404: ['project_not_found'], 429: ['limit_reached'] })
  async ofProject(@CurrentUser() user: User, @Param('id') id: string): Promise<LimitsDto> {
    await this.access.requireProject(user, id, 'read');
    return { limits: await this.limits.view('project', id) };
  }
}
