import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { PoolDto, PoolSessionDto, PoolTransitionDto, TransitionsQueryDto, UpdatePoolDto } from './pool.dto';
import { PoolService } from './pool.service';

const ID = { name: 'id', description: 'Id of an app-server, as the pool lists it.', example: 'codex-1' };

class PoolSessionPage extends PageOf(PoolSessionDto) {}
class PoolTransitionPage extends PageOf(PoolTransitionDto) {}

@ApiTags('admin')
@Controller('api/v1/admin')
export class PoolController {
  constructor(private readonly pool: PoolService) {}

  @Authorized('admin')
  @Get('pool')
  @ApiOperation({
    summary: 'Read the pool: its groups, their app-servers and what these hold, and how many turns wait',
  })
  @ApiOkResponse({ type: PoolDto })
  @ApiProblems({ 403: ['admin_only'] })
  view(): Promise<PoolDto> {
    return this.pool.view();
  }

  @Authorized('admin')
  @Put('pool')
  @ApiOperation({
    summary: 'Change the size of the shared pool or its selection strategy',
    description: 'What is left out stays. Lasts until the service is restarted. No running turn is cut.',
  })
  @ApiOkResponse({ type: PoolDto })
  @ApiBodyProblems({ 400: ['validation_failed'], 403: ['admin_only'], 409: ['fixed_pool_size'] })
  update(@Body() change: UpdatePoolDto): Promise<PoolDto> {
    return this.pool.update(change);
  }

  @Authorized('admin')
  @Get('pool/transitions')
  @ApiOperation({
    summary: 'List the changes of state of app-servers with their reasons, newest first',
    description: 'The newest 500 since the service was started, those of app-servers that are gone included.',
  })
  @ApiOkResponse({ type: PoolTransitionPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 403: ['admin_only'] })
  transitions(@Query() query: TransitionsQueryDto): PoolTransitionPage {
    return this.pool.transitions(query);
  }

  @Authorized('admin')
  @Post('instances/:id/drain')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({
    summary: 'Let the turns of an app-server end, then stop it',
    description:
      'It takes no new turns and stays stopped until it is restarted; its chats go on elsewhere. That of a user or a chat has no other: one of another id is started in its place.',
  })
  @ApiAcceptedResponse({ type: PoolDto })
  @ApiChangeProblems({ 403: ['admin_only'], 404: ['instance_not_found'], 409: ['instance_state'] })
  drain(@Param('id') id: string): Promise<PoolDto> {
    return this.pool.drain(id);
  }

  @Authorized('admin')
  @Post('instances/:id/restart')
  @HttpCode(202)
  @ApiParam(ID)
  @ApiOperation({
    summary: 'Start an app-server that does not run, or replace one that does',
    description:
      'Ends a quarantine. One that runs is replaced when its turns have ended; where the others have no room, by one of another id that is started first.',
  })
  @ApiAcceptedResponse({ type: PoolDto })
  @ApiChangeProblems({ 403: ['admin_only'], 404: ['instance_not_found'], 409: ['instance_state'] })
  restart(@Param('id') id: string): Promise<PoolDto> {
    return this.pool.restart(id);
  }

  @Authorized('admin')
  @Get('sessions')
  @ApiOperation({ summary: 'List the threads that are loaded, with their chats and app-servers, newest thread first' })
  @ApiOkResponse({ type: PoolSessionPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 403: ['admin_only'] })
  sessions(@Query() query: PageQueryDto): PoolSessionPage {
    return this.pool.sessions(query);
  }
}
