import { BeforeApplicationShutdown, Module, OnApplicationBootstrap } from '@nestjs/common';
import { ChatModule } from '../chat/chat.module';
import { Logger } from '../common/logger';
import { RegularCheck } from '../common/regular-check';
import { WebhookConfig } from '../config/webhook.config';
import { GatewayModule } from '../gateway/gateway.module';
import { DeliveryBody } from './delivery-body';
import { DeliveryCheck } from './delivery-check';
import { DeliveryQueue } from './delivery-queue';
import { WebhookCalls } from './webhook-calls';
import { WebhookDeliveries } from './webhook-deliveries';
import { WebhookDispatcher } from './webhook-dispatcher';
import { WebhookHosts } from './webhook-hosts';
import { WebhookOutbox } from './webhook-outbox';
import { WebhookSecrets } from './webhook-secrets';
import { WebhookSender } from './webhook-sender';
import { Webhooks } from './webhooks';
import { ProjectWebhooksController, WebhooksController } from './webhooks.controller';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Tells addresses of users and projects what has happened. */
@Module({
  imports: [ChatModule, GatewayModule],
  controllers: [WebhooksController, ProjectWebhooksController],
  providers: [
    ...[DeliveryBody, DeliveryCheck, DeliveryQueue, WebhookCalls, WebhookDeliveries, WebhookDispatcher],
    ...[WebhookHosts, WebhookOutbox, WebhookSecrets, WebhookSender, Webhooks],
  ],
})
export class WebhooksModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly checks = new RegularCheck(() => this.sweep(), HOUR_MS);

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly config: WebhookConfig,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.checks.startNow();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.checks.stop();
  }

  private async sweep(): Promise<void> {
    const { deliveriesDays: days } = this.config;
    const before = days === 0 ? undefined : new Date(Date.now() - days * DAY_MS).toISOString();
    try {
      while ((await this.queue.deleteOld(before)) > 0);
    } catch (error) {
      const logger = this.logger.child({ component: 'webhooks' });
      logger.warn({ err: error }, 'what webhooks were sent long ago could not be deleted; it is tried again later');
    }
  }
}
