import { Injectable } from '@nestjs/common';
import type { User } from '../auth/user';
import { now } from '../common/clock';
import { conflict, notFound } from '../common/domain.error';
import { isId } from '../common/ids';
import { Database } from '../database/database';
import { type Page, type PageRequest, readNewest } from '../database/page';
import { insert, update } from '../database/rows';
import type { Write } from '../database/write-queue';
import { TEST_EVENT, WebhookDeliveryEntity } from './webhook-delivery.entity';
import { WebhookDispatcher } from './webhook-dispatcher';
import { newDelivery } from './webhook-outbox';
import { Webhooks } from './webhooks';

/** Tests that may wait for one webhook. */
const MAX_TESTS = 10;
const NOTHING_YET = { responseStatus: null, durationMs: null, error: null, endedAt: null };

/** What webhooks were sent, and what of it is to be sent again. */
@Injectable()
export class WebhookDeliveries {
  constructor(
    private readonly database: Database,
    private readonly webhooks: Webhooks,
    private readonly dispatcher: WebhookDispatcher,
  ) {}

  /** The newest first. @throws DomainError `webhook_not_found`, `read_only`, `invalid_cursor` */
  async list(user: User, webhookId: string, request: PageRequest): Promise<Page<WebhookDeliveryEntity>> {
    await this.webhooks.find(user, webhookId, 'read');
    const query = this.database.read
      .createQueryBuilder(WebhookDeliveryEntity, 'delivery')
      .where('delivery.webhookId = :webhookId', { webhookId });
    return readNewest(query, request);
  }

  /**
   * Sends it once more, under the same id, with all attempts before it. One that waits is sent at once.
   *
   * @throws DomainError `webhook_not_found`, `webhook_delivery_not_found`, `webhook_disabled`, `read_only`
   */
  async redeliver(user: User, webhookId: string, id: string): Promise<WebhookDeliveryEntity> {
    const { enabled } = await this.webhooks.find(user, webhookId, 'write');
    const delivery = isId(id) ? await this.database.read.findOneBy(WebhookDeliveryEntity, { id, webhookId }) : null;
    if (delivery === null) throw notFound('webhook delivery', id);
    if (!enabled && delivery.type !== TEST_EVENT) throw DISABLED;
    const again = { status: 'pending' as const, attempts: 0, nextAttemptAt: now(), ...NOTHING_YET };
    const changed: Write<void> = async (tx) => {
      if ((await update(WebhookDeliveryEntity, { id, webhookId }, again)(tx)) === 0) {
        throw notFound('webhook delivery', id);
      }
    };
    await this.database.write(changed, { lane: webhookId });
    this.dispatcher.wake();
    return { ...delivery, ...again };
  }

  /** Sends something to see whether it arrives, by one attempt. @throws DomainError `webhook_not_found`, `too_many_webhook_tests`, `read_only` */
  async test(user: User, webhookId: string): Promise<WebhookDeliveryEntity> {
    const { name, projectId } = await this.webhooks.find(user, webhookId, 'write');
    const delivery = newDelivery(webhookId, TEST_EVENT, { webhookId, name, projectId }, now());
    const stored: Write<void> = async (tx) => {
      const waiting = { webhookId, type: TEST_EVENT, status: 'pending' } as const;
      if ((await tx.countBy(WebhookDeliveryEntity, waiting)) >= MAX_TESTS) throw TOO_MANY_TESTS;
      await insert(WebhookDeliveryEntity, delivery)(tx);
    };
    await this.database.write(stored, { lane: webhookId });
    this.dispatcher.wake();
    return delivery;
  }
}

const DISABLED = conflict('webhook_disabled', 'The webhook is switched off: switch it on first.');
const TOO_MANY_TESTS = conflict('too_many_webhook_tests', `${MAX_TESTS} tests of this webhook wait already.`);
