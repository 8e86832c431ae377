import { Injectable, OnApplicationShutdown } from '@nestjs/common';
import { WebhookConfig } from '../config/webhook.config';
import { OutboundHosts } from '../outbox/outbound-hosts';

/** Where webhooks may be. */
@Injectable()
export class WebhookHosts extends OutboundHosts implements OnApplicationShutdown {
  constructor({ privateHosts }: WebhookConfig) {
    const setting = 'WEBHOOK_PRIVATE_HOSTS';
    super({ what: 'a webhook', code: 'webhook_host_not_allowed', setting, privateHosts });
  }
}
