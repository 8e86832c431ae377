import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { Authorized } from '../auth/authorized.decorator';
import { CurrentUser } from '../auth/current-user.decorator';
import { Principal } from '../auth/principal';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import {
  ChangePushDeviceDto,
  PushDeviceDto,
  PushDevicesDto,
  PushSettingsDto,
  RegisterPushDeviceDto,
  toPushDeviceDto,
} from './push-device.dto';
import { PushDevices } from './push-devices';
import { PushDispatcher } from './push-dispatcher';

/** Browsers that are told of chats while the page is closed. */
@ApiTags('account')
@Controller('api/v1/account/push')
export class PushController {
  constructor(
    private readonly devices: PushDevices,
    private readonly dispatcher: PushDispatcher,
  ) {}

  @Authorized('account')
  @Get()
  @ApiOperation({ summary: 'Whether browsers can be told while the page is closed, and with which key' })
  @ApiOkResponse({ type: PushSettingsDto })
  @ApiProblems({ 403: ['permission_denied'] })
  settings(): PushSettingsDto {
    const { publicKey } = this.devices;
    return { enabled: publicKey !== null, publicKey };
  }

  @Authorized('account')
  @Get('devices')
  @ApiOperation({ summary: 'List your browsers that are told while the page is closed' })
  @ApiOkResponse({ type: PushDevicesDto })
  @ApiProblems({ 403: ['permission_denied'] })
  async list(@CurrentUser() user: Principal): Promise<PushDevicesDto> {
    return { data: (await this.devices.list(user)).map((row) => toPushDeviceDto(row, user.sessionId)) };
  }

  @Authorized('account')
  @Post('devices')
  @ApiOperation({
    summary: 'Have this browser told while the page is closed',
    description:
      'With what its PushManager has given. One that is known is renewed. It ends with the session; of more than 10 the one that was opened longest ago goes.',
  })
  @ApiCreatedResponse({ type: PushDeviceDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed', 'invalid_push_key'], 403: ['permission_denied'] },
    ...{ 404: ['web_push_off', 'project_not_found'], 409: ['push_endpoint_taken'], 422: ['push_host_not_allowed'] },
    503: ['storage_unavailable'],
  })
  async register(
    @CurrentUser() user: Principal,
    @Body() input: RegisterPushDeviceDto,
    @Headers('user-agent') userAgent = '',
  ): Promise<PushDeviceDto> {
    return toPushDeviceDto(await this.devices.register(user, input, userAgent), user.sessionId);
  }

  @Authorized('account')
  @Patch('devices/:id')
  @ApiOperation({ summary: 'Choose the projects that a browser is told of beside your own chats' })
  @ApiOkResponse({ type: PushDeviceDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed'], 403: ['permission_denied'] },
    ...{ 404: ['push_device_not_found', 'project_not_found'], 503: ['storage_unavailable'] },
  })
  async choose(
    @CurrentUser() user: Principal,
    @Param('id') id: string,
    @Body() { projects }: ChangePushDeviceDto,
  ): Promise<PushDeviceDto> {
    return toPushDeviceDto(await this.devices.choose(user, id, projects), user.sessionId);
  }

  @Authorized('account')
  @Delete('devices/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Tell a browser nothing any more' })
  @ApiNoContentResponse()
  @ApiChangeProblems({
    ...{ 403: ['permission_denied'], 404: ['push_device_not_found'], 503: ['storage_unavailable'] },
  })
  remove(@CurrentUser() user: Principal, @Param('id') id: string): Promise<void> {
    return this.devices.remove(user, id);
  }

  @Authorized('account')
  @Post('devices/:id/test')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a browser something to see whether it arrives',
    description: 'By one attempt; `deliveredAt` and `error` say what came of it.',
  })
  @ApiAcceptedResponse({ type: PushDeviceDto })
  @ApiChangeProblems({
    ...{ 403: ['permission_denied'], 404: ['push_device_not_found', 'web_push_off'], 409: ['too_many_push_tests'] },
    503: ['storage_unavailable'],
  })
  async test(@CurrentUser() user: Principal, @Param('id') id: string): Promise<PushDeviceDto> {
    const device = await this.devices.test(user, id);
    this.dispatcher.wake();
    return toPushDeviceDto(device, user.sessionId);
  }
}
