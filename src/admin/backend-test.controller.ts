import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { ApiChangeProblems } from '../common/api-problems.decorator';
import { ModelGateway } from '../gateway/model-gateway';
import { BackendTestDto } from './backend-test.dto';

@ApiTags('admin')
@Controller('api/v1/admin/backends')
export class BackendTestController {
  constructor(private readonly models: ModelGateway) {}

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
