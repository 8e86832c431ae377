import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf } from '../chat/dto/page.dto';
import { ApiProblems } from '../common/api-problems.decorator';
import { CallsQueryDto, ModelCallDto, UsageDto, UsageQueryDto, UsageTotalsDto } from './usage.dto';
import { UsageView } from './usage-view';

class UsagePage extends PageOf(UsageDto) {}
class ModelCallPage extends PageOf(ModelCallDto) {}

@ApiTags('usage')
@Controller('api/v1')
export class UsageController {
  constructor(private readonly usage: UsageView) {}

  @Authorized('account:read')
  @Get('usage')
  @ApiOperation({
    summary: 'Sum up model calls by day, user, backend, model, chat or gateway key',
    description:
      'Your own calls; an administrator sees everybody’s. `from` inclusive, `to` exclusive, at most 366 days.',
  })
  @ApiOkResponse({ type: UsagePage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_range', 'invalid_cursor'] })
  grouped(@CurrentUser() user: User, @Query() query: UsageQueryDto): Promise<UsagePage> {
    return this.usage.grouped(user, query);
  }

  @Authorized('account:read')
  @Get('usage/calls')
  @ApiOperation({ summary: 'List model calls one by one, newest first' })
  @ApiOkResponse({ type: ModelCallPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_range', 'invalid_cursor'] })
  calls(@CurrentUser() user: User, @Query() query: CallsQueryDto): Promise<ModelCallPage> {
    return this.usage.calls(user, query);
  }

  @Authorized('account:read')
  @Get('chats/:id/usage')
  @ApiOperation({ summary: 'Sum up all model calls of a chat' })
  @ApiOkResponse({ type: UsageTotalsDto })
  @ApiProblems({ 404: ['chat_not_found'] })
  ofChat(@CurrentUser() user: User, @Param('id') id: string): Promise<UsageTotalsDto> {
    return this.usage.ofChat(user, id);
  }
}
