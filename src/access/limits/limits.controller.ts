import { Controller, Get, Param, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuthGuard } from '../../auth/auth.guard';
import { CurrentUser } from '../../auth/current-user.decorator';
import { User } from '../../auth/user';
import { ApiProblems } from '../../common/api-problems.decorator';
import { Access } from '../access';
import { LimitsDto } from './limit.dto';
import { UsageLimits } from './usage-limits';

/** What there is for whoever calls, and how much of it is used. */
@ApiTags('account')
@ApiBearerAuth()
@UseGuards(AuthGuard)
@Controller('api/v1')
export class LimitsController {
  constructor(
    private readonly access: Access,
    private readonly limits: UsageLimits,
  ) {}

  @Get('account/limits')
  @ApiOperation({ summary: 'Read what you may use, and how much of it is used' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems({ 429: ['limit_reached'] })
  async own(@CurrentUser() user: User): Promise<LimitsDto> {
    return { limits: await this.limits.view('user', user.id) };
  }

  @Get('projects/:id/limits')
  @ApiOperation({ summary: 'Read what a project may use, and how much of it is used' })
  @ApiOkResponse({ type: LimitsDto })
  @ApiProblems({ 404: ['project_not_found'], 429: ['limit_reached'] })
  async ofProject(@CurrentUser() user: User, @Param('id') id: string): Promise<LimitsDto> {
    await this.access.requireProject(user, id, 'read');
    return { limits: await this.limits.view('project', id) };
  }
}
