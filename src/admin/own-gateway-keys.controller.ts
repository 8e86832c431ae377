import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { ApiProblems } from '../common/api-problems.decorator';
import { GatewayKeyDto } from './gateway-key.dto';
import { GatewayKeyAdmin } from './gateway-key-admin';

class OwnGatewayKeyPage extends PageOf(GatewayKeyDto) {}

/** The gateway keys that spend what whoever calls may use; an administrator makes and deletes them. */
@ApiTags('account')
@Controller('api/v1/account/gateway-keys')
export class OwnGatewayKeysController {
  constructor(private readonly keys: GatewayKeyAdmin) {}

  @Authorized('account:read')
  @Get()
  @ApiOperation({ summary: 'List the gateway keys that are yours, newest first' })
  @ApiOkResponse({ type: OwnGatewayKeyPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'] })
  list(@CurrentUser() user: User, @Query() query: PageQueryDto): Promise<OwnGatewayKeyPage> {
    return this.keys.list({ ...query, userId: user.id });
  }
}
