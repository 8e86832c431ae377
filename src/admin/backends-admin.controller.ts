import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { ModelGateway } from '../gateway/model-gateway';
import { BackendAdmin } from './backend-admin';
import { AdminBackendsDto } from './backend-admin.dto';
import { BackendTestDto } from './backend-test.dto';

@ApiTags('admin')
@Controller('api/v1/admin/backends')
export class BackendsAdminController {
  constructor(
    private readonly models: ModelGateway,
    private readonly backends: BackendAdmin,
  ) {}

  @Authorized('admin')
  @Get()
  @ApiOperation({
    summary: 'List the model backends with their fallbacks and the health of their deployments',
    description: 'Health is what the calls since the start have shown.',
  })
  @ApiOkResponse({ type: AdminBackendsDto })
  @ApiProblems({ 403: ['admin_only'] })
  listOfAdmin(): AdminBackendsDto {
    return this.backends.view();
  }

  @Authorized('admin')
  @Post('reload')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Read `llm_backends.yaml` again now',
    description:
      'A changed file is read by itself within seconds. One with a mistake leaves what was in force, and is told of.',
  })
  @ApiOkResponse({ type: AdminBackendsDto })
  @ApiChangeProblems({ 403: ['admin_only'], 409: ['backends_file_broken'] })
  reload(): AdminBackendsDto {
    return this.backends.reload();
  }

  @Authorized('admin')
  @Post(':id/test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Make a minimal call to every deployment of a backend, and report how each answered',
    description: 'A real call, which costs a few tokens and counts in the usage. Waits at most 30 s for a deployment.',
  })
  @ApiOkResponse({ type: BackendTestDto })
  @ApiChangeProblems({ 403: ['admin_only'], 404: ['backend_not_found'] })
  test(@CurrentUser() user: User, @Param('id') id: string): Promise<BackendTestDto> {
    return this.models.ask(id, user.id);
  }
}
