import { BeforeApplicationShutdown, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { ComponentLogger, Logger } from '../common/logger';
import { webhookAttempts, webhooksPending } from '../common/metrics';
import { WebhookConfig } from '../config/webhook.config';
import { OutboxDispatcher } from '../outbox/outbox-dispatcher';
import { type Claimed, DeliveryQueue } from './delivery-queue';
import { WebhookCalls } from './webhook-calls';
import { WebhookOutbox } from './webhook-outbox';

/** Sends what is in the outbox of webhooks. */
@Injectable()
export class WebhookDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger: ComponentLogger;
  private readonly dispatcher: OutboxDispatcher<Claimed>;

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly calls: WebhookCalls,
    private readonly outbox: WebhookOutbox,
    config: WebhookConfig,
    logger: Logger,
  ) {
    this.logger = logger.child({ component: 'webhooks' });
    this.dispatcher = new OutboxDispatcher(queue, {
      attempt: (claimed, stopped) => this.attempt(claimed, stopped),
      ...{ callsMax: config.callsMax, gauge: webhooksPending, logger: this.logger },
    });
    outbox.onStored = () => this.wake();
  }

  onApplicationBootstrap(): void {
    if (this.outbox.isOn) this.dispatcher.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.dispatcher.stop();
  }

  /** Something may be due. Never throws and never waits. */
  wake(): void {
    this.dispatcher.wake();
  }

  private async attempt(claimed: Claimed, stopped: AbortSignal): Promise<void> {
    const outcome = await this.calls.make(claimed, stopped);
    await this.queue.finish(claimed, outcome.delivery, outcome.webhook);
    webhookAttempts.inc({ outcome: outcome.name });
    if (outcome.webhook.disabledReason === undefined) return;
    const { id: webhook, userId, projectId } = claimed.webhook;
    const reason = outcome.webhook.disabledReason;
    this.logger.warn({ webhook, userId, projectId, reason }, 'a webhook was switched off');
  }
}
