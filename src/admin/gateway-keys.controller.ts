import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { User } from '../auth/user';
import { PageOf } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { SECRET_ANSWER } from '../common/compressed-answers';
import {
  CreatedGatewayKeyDto,
  CreateGatewayKeyDto,
  GatewayKeyDto,
  GatewayKeysQueryDto,
  UpdateGatewayKeyDto,
} from './gateway-key.dto';
import { GatewayKeyAdmin } from './gateway-key-admin';

class GatewayKeyPage extends PageOf(GatewayKeyDto) {}

@ApiTags('admin')
@Controller('api/v1/admin/gateway-keys')
export class GatewayKeysController {
  constructor(private readonly keys: GatewayKeyAdmin) {}

  @Authorized('admin')
  @Post()
  @Header('Cache-Control', SECRET_ANSWER)
  @ApiOperation({
    summary: 'Make a key with which a client from outside calls /v1',
    description: 'The answer shows the key, once; only its SHA-256 is kept.',
  })
  @ApiCreatedResponse({ type: CreatedGatewayKeyDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'unknown_backend', 'unknown_user', 'owner_is_service', 'already_expired'],
    403: ['admin_only'],
    409: ['too_many_gateway_keys'],
    503: ['storage_unavailable'],
  })
  create(@CurrentUser() user: User, @Body() input: CreateGatewayKeyDto): Promise<CreatedGatewayKeyDto> {
    return this.keys.create(user, input);
  }

  @Authorized('admin')
  @Get()
  @ApiOperation({ summary: 'List the gateway keys, newest first' })
  @ApiOkResponse({ type: GatewayKeyPage })
  @ApiProblems({ 400: ['validation_failed', 'invalid_cursor'], 403: ['admin_only'] })
  list(@Query() query: GatewayKeysQueryDto): Promise<GatewayKeyPage> {
    return this.keys.list(query);
  }

  @Authorized('admin')
  @Get(':id')
  @ApiOperation({ summary: 'Read a gateway key: what it may do, and what it has spent' })
  @ApiOkResponse({ type: GatewayKeyDto })
  @ApiProblems({ 403: ['admin_only'], 404: ['gateway_key_not_found'] })
  get(@Param('id') id: string): Promise<GatewayKeyDto> {
    return this.keys.get(id);
  }

  @Authorized('admin')
  @Put(':id')
  @ApiOperation({
    summary: 'Change a gateway key',
    description: 'What is left out stays, null takes a limit away. Takes effect with the next request.',
  })
  @ApiOkResponse({ type: GatewayKeyDto })
  @ApiBodyProblems({
    400: ['validation_failed', 'unknown_backend'],
    403: ['admin_only'],
    404: ['gateway_key_not_found'],
    503: ['storage_unavailable'],
  })
  update(@Param('id') id: string, @Body() change: UpdateGatewayKeyDto): Promise<GatewayKeyDto> {
    return this.keys.update(id, change);
  }

  @Authorized('admin')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a gateway key', description: 'It is refused at once. Its calls stay in the usage.' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['admin_only'], 404: ['gateway_key_not_found'], 503: ['storage_unavailable'] })
  delete(@Param('id') id: string): Promise<void> {
    return this.keys.delete(id);
  }
}
