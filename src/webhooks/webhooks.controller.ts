import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
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
import { User } from '../auth/user';
import { PageOf, PageQueryDto } from '../chat/dto/page.dto';
import { ApiBodyProblems, ApiChangeProblems, ApiProblems } from '../common/api-problems.decorator';
import { OfContract } from '../contracts/contract.decorator';
import { WebhookDeliveries } from './webhook-deliveries';
import {
  CreateWebhookDto,
  toDeliveryDto,
  toWebhookDto,
  UpdateWebhookDto,
  WebhookDeliveryDto,
  WebhookDto,
  WebhooksDto,
  WebhookWithSecretDto,
} from './webhook.dto';
import { type WithSecret, Webhooks } from './webhooks';

class WebhookDeliveryPage extends PageOf(WebhookDeliveryDto) {}

const CREATED = {
  ...{ 400: ['validation_failed'], 403: ['read_only'], 422: ['webhook_host_not_allowed'] },
  ...{ 409: ['too_many_webhooks', 'encryption_key_missing'], 503: ['storage_unavailable'] },
};
const OFF = ['contract_disabled'];

/** Addresses that are told of what happens. */
@ApiTags('webhooks')
@OfContract('webhooks')
@Controller('api/v1/webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly deliveries: WebhookDeliveries,
  ) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({ summary: 'List your own webhooks', description: 'They are told of the chats that you have made.' })
  @ApiOkResponse({ type: WebhooksDto })
  @ApiProblems({ 404: OFF })
  async list(@CurrentUser() user: User): Promise<WebhooksDto> {
    return { data: (await this.webhooks.list(user)).map(toWebhookDto) };
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({
    summary: 'Add a webhook of your own',
    description: 'The secret that signs its calls, in the form of Standard Webhooks, is in this answer alone.',
  })
  @ApiCreatedResponse({ type: WebhookWithSecretDto })
  @ApiBodyProblems({ ...CREATED, 404: OFF })
  async create(@CurrentUser() user: User, @Body() input: CreateWebhookDto): Promise<WebhookWithSecretDto> {
    return withSecret(await this.webhooks.create(user, input));
  }

  @Authorized('chat:read')
  @Get(':id')
  @ApiOperation({ summary: 'Read a webhook' })
  @ApiOkResponse({ type: WebhookDto })
  @ApiProblems({ 403: ['read_only'], 404: ['webhook_not_found', ...OFF] })
  async get(@CurrentUser() user: User, @Param('id') id: string): Promise<WebhookDto> {
    return toWebhookDto(await this.webhooks.find(user, id, 'read'));
  }

  @Authorized('chat:write')
  @Patch(':id')
  @ApiOperation({
    summary: 'Change a webhook',
    description: 'What is left out stays. Where it is switched off, what waits for it is canceled.',
  })
  @ApiOkResponse({ type: WebhookDto })
  @ApiBodyProblems({
    ...{ 400: ['validation_failed'], 403: ['read_only'], 404: ['webhook_not_found', ...OFF] },
    ...{ 422: ['webhook_host_not_allowed'], 503: ['storage_unavailable'] },
  })
  async update(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Body() change: UpdateWebhookDto,
  ): Promise<WebhookDto> {
    return toWebhookDto(await this.webhooks.update(user, id, change));
  }

  @Authorized('chat:write')
  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a webhook, with what waits for it' })
  @ApiNoContentResponse()
  @ApiChangeProblems({ 403: ['read_only'], 404: ['webhook_not_found', ...OFF], 503: ['storage_unavailable'] })
  delete(@CurrentUser() user: User, @Param('id') id: string): Promise<void> {
    return this.webhooks.delete(user, id);
  }

  @Authorized('chat:write')
  @Post(':id/rotate-secret')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Give a webhook another secret',
    description: 'For a day each call has both signatures. The secret is in this answer alone.',
  })
  @ApiOkResponse({ type: WebhookWithSecretDto })
  @ApiChangeProblems({
    ...{ 403: ['read_only'], 404: ['webhook_not_found', ...OFF], 409: ['encryption_key_missing'] },
    503: ['storage_unavailable'],
  })
  async rotate(@CurrentUser() user: User, @Param('id') id: string): Promise<WebhookWithSecretDto> {
    return withSecret(await this.webhooks.rotate(user, id));
  }

  @Authorized('chat:write')
  @Post(':id/test')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Send a webhook something to see whether it arrives',
    description: 'By one attempt, also where it is switched off. What came of it is among its deliveries.',
  })
  @ApiAcceptedResponse({ type: WebhookDeliveryDto })
  @ApiChangeProblems({
    ...{ 403: ['read_only'], 404: ['webhook_not_found', ...OFF], 409: ['too_many_webhook_tests'] },
    503: ['storage_unavailable'],
  })
  async test(@CurrentUser() user: User, @Param('id') id: string): Promise<WebhookDeliveryDto> {
    return toDeliveryDto(await this.deliveries.test(user, id));
  }

  @Authorized('chat:read')
  @Get(':id/deliveries')
  @ApiOperation({ summary: 'List what a webhook was sent, and is to be sent, newest first' })
  @ApiOkResponse({ type: WebhookDeliveryPage })
  @ApiProblems({
    ...{ 400: ['validation_failed', 'invalid_cursor'], 403: ['read_only'], 404: ['webhook_not_found', ...OFF] },
  })
  async sent(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Query() query: PageQueryDto,
  ): Promise<WebhookDeliveryPage> {
    const page = await this.deliveries.list(user, id, query);
    return { ...page, data: page.data.map(toDeliveryDto) };
  }

  @Authorized('chat:write')
  @Post(':id/deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  @ApiOperation({ summary: 'Send something to a webhook again, under the same id' })
  @ApiAcceptedResponse({ type: WebhookDeliveryDto })
  @ApiChangeProblems({
    ...{ 403: ['read_only'], 404: ['webhook_not_found', 'webhook_delivery_not_found', ...OFF] },
    ...{ 409: ['webhook_disabled'], 503: ['storage_unavailable'] },
  })
  async redeliver(
    @CurrentUser() user: User,
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
  ): Promise<WebhookDeliveryDto> {
    return toDeliveryDto(await this.deliveries.redeliver(user, id, deliveryId));
  }
}

/** Webhooks of projects. */
@ApiTags('webhooks')
@OfContract('webhooks')
@Controller('api/v1/projects/:id/webhooks')
export class ProjectWebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @Authorized('chat:read')
  @Get()
  @ApiOperation({
    summary: 'List the webhooks of a project',
    description: 'For who may write in it. They are told of all of its chats.',
  })
  @ApiOkResponse({ type: WebhooksDto })
  @ApiProblems({ 403: ['read_only'], 404: ['project_not_found', ...OFF] })
  async list(@CurrentUser() user: User, @Param('id') projectId: string): Promise<WebhooksDto> {
    return { data: (await this.webhooks.list(user, projectId)).map(toWebhookDto) };
  }

  @Authorized('chat:write')
  @Post()
  @ApiOperation({
    summary: 'Add a webhook of a project',
    description: 'For who may write in it. It is called as long as whoever has added it may do so.',
  })
  @ApiCreatedResponse({ type: WebhookWithSecretDto })
  @ApiBodyProblems({ ...CREATED, 404: ['project_not_found', ...OFF] })
  async create(
    @CurrentUser() user: User,
    @Param('id') projectId: string,
    @Body() input: CreateWebhookDto,
  ): Promise<WebhookWithSecretDto> {
    return withSecret(await this.webhooks.create(user, input, projectId));
  }
}

const withSecret = ({ webhook, secret }: WithSecret): WebhookWithSecretDto => ({ ...toWebhookDto(webhook), secret });
