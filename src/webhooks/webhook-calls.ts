import { Injectable } from '@nestjs/common';
import { now } from '../common/clock';
import { UndecryptableError } from '../gateway/catalog/secret-cipher';
import type { CallResult } from '../outbox/bounded-post';
import { type Outcome, outcomeOf } from './attempt-outcome';
import { DeliveryBody } from './delivery-body';
import { DeliveryCheck, type Refusal } from './delivery-check';
import type { Claimed, WebhookChange } from './delivery-queue';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity';
import { WebhookSender } from './webhook-sender';
import { WebhookSecrets } from './webhook-secrets';

/** What an attempt came to, also where nothing was called. */
export interface AttemptOutcome {
  readonly name: Outcome['name'] | 'canceled';
  readonly delivery: Partial<WebhookDeliveryEntity>;
  readonly webhook: WebhookChange;
}

/** Makes one attempt of a delivery: looks whether it may be made, puts it together, signs and sends it. */
@Injectable()
export class WebhookCalls {
  constructor(
    private readonly check: DeliveryCheck,
    private readonly body: DeliveryBody,
    private readonly secrets: WebhookSecrets,
    private readonly sender: WebhookSender,
  ) {}

  /** @param canceled ends a call. @throws what it was aborted with; DomainError `storage_unavailable` */
  async make({ webhook, delivery }: Claimed, canceled: AbortSignal): Promise<AttemptOutcome> {
    const refusal = await this.check.refusal(webhook, delivery);
    if (refusal !== undefined) return refused(refusal);
    const body = await this.body.of(webhook, delivery);
    const result = await this.call({ webhook, delivery }, body, canceled);
    return outcomeOf(result, delivery, webhook, Date.now());
  }

  private async call({ webhook, delivery }: Claimed, body: string, canceled: AbortSignal): Promise<CallResult> {
    try {
      const secrets = this.secrets.open(webhook);
      return await this.sender.send({ id: delivery.id, url: webhook.url, secrets, body }, canceled);
    } catch (error) {
      if (!(error instanceof UndecryptableError)) throw error;
      const words = 'It was not called, as its secret was stored under another ENCRYPTION_KEY: rotate the secret.';
      return { isTaken: false, status: null, durationMs: 0, error: words, retryAfterSeconds: 0 };
    }
  }
}

function refused({ words, isOfWebhook }: Refusal): AttemptOutcome {
  return {
    name: 'canceled',
    delivery: { status: 'canceled', error: words, endedAt: now() },
    webhook: isOfWebhook ? { disabledReason: 'author_left' } : {},
  };
}
