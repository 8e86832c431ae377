import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { ProjectMembers } from './project-members';
import { AddMemberDto, ChangeMemberDto, MemberDto } from './project.dto';

class MemberPage extends PageOf(MemberDto) {}

@ApiTags('projects')
@Controller('api/v1/projects/:id/members')
export class ProjectMembersController {
  constructor(private readonly members: ProjectMembers) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List the members of a project' })
  @ApiOkResponse({ type: MemberPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 404: ['project_not_found'] })
  list(@CurrentUser() user: User, @Param('id') id: string, @Query() query: PageQueryDto): Promise<MemberPage> {
    return this.members.list(user, id, query);
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({ summary: 'Add a member to a project', description: 'For its owners.' })
  @ApiCreatedResponse({ type: MemberDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['project_not_found', 'user_not_found'],
    409: ['already_member', 'personal_project', 'too_many_members'],
    503: ['storage_unavailable'],
  })
  add(@CurrentUser() user: User, @Param('id') id: string, @Body() input: AddMemberDto): Promise<MemberDto> {
    return this.members.add(user, id, input);
  }

  @Authorized('chat:write')
  @Put(':userId')
  @ApiOperation({
    summary: "Change a member's role",
    description: 'For owners of the project. The last owner stays one.',
  })
  @ApiOkResponse({ type: MemberDto })
  @ApiBodyProblems({
    400: ['validation_failed'],
    403: ['read_only'],
    404: ['project_not_found', 'member_not_found'],
    409: ['last_owner'],
    503: ['storage_unavailable'],
  })
  change(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('userId') userId: string,
    @Body() { role }: ChangeMemberDto,
  ): Promise<MemberDto> {
    return this.members.change(user, id, userId, role);
  }

  @Authorized('chat:write')
  @Delete(':userId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Remove a member, or leave',
    description:
      'Owners remove anybody, everybody leaves by themselves. What they have open of its chats ends at once.',
  })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    403: ['read_only'],
    404: ['project_not_found', 'member_not_found'],
    409: ['last_owner'],
    503: ['storage_unavailable'],
  })
  remove(@CurrentUser() user: User, @Param('id') id: string, @Param('userId') userId: string): Promise<void> {
    return this.members.remove(user, id, userId);
  }
}
