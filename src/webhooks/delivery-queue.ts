import { Injectable } from '@nestjs/common';
import { now } from '../common/clock';
import { Database } from '../database/database';
import { placeholdersOf } from '../database/placeholders';
import { update } from '../database/rows';
import type { Write } from '../database/write-queue';
import { LEASE_MS } from '../outbox/bounded-post';
import type { Due, OutboxQueue } from '../outbox/outbox-dispatcher';
import { WebhookDeliveryEntity } from './webhook-delivery.entity';
import { type DisabledReason, WebhookEntity } from './webhook.entity';

const DUE_AT_ONCE = 50;
const DELETED_AT_ONCE = 500;

/** Ends what waits for a webhook. */
const CANCEL = `UPDATE "webhook_deliveries" SET "status" = 'canceled', "error" = $1, "ended_at" = $2
  WHERE "webhook_id" = $3 AND "status" = 'pending' AND "type" <> 'webhook.test'`;

export const cancelPending =
  (webhookId: string, words: string): Write<unknown> =>
  (tx) =>
    tx.run(CANCEL, [words, now(), webhookId]);

/** The outbox as whoever sends it sees it. Several processes may: each delivery is claimed by one for the time of an attempt. */
@Injectable()
export class DeliveryQueue implements OutboxQueue<Claimed> {
  constructor(private readonly database: Database) {}

  /** The first of those that are due. @param busy webhooks that take no more now */
  async due(busy: readonly string[]): Promise<Due[]> {
    const others = busy.length === 0 ? '' : `AND delivery."webhook_id" NOT IN (${placeholdersOf(busy, 1)})`;
    const rows: Record<'id' | 'webhookId' | 'ownerId' | 'dueAt' | 'concurrency', string | number | null>[] =
      await this.database.read.query(
        `SELECT delivery."id" AS "id", delivery."webhook_id" AS "webhookId", delivery."next_attempt_at" AS "dueAt",
         hook."concurrency" AS "concurrency", COALESCE(hook."project_id", hook."user_id") AS "ownerId" FROM "webhook_deliveries" delivery
         LEFT JOIN "webhooks" hook ON hook."id" = delivery."webhook_id"
         WHERE delivery."status" = 'pending' AND delivery."next_attempt_at" <= $1 ${others}
         ORDER BY delivery."next_attempt_at", delivery."id" LIMIT ${DUE_AT_ONCE}`,
        [now(), ...busy],
      );
    return rows.map(({ id, webhookId, ownerId, dueAt, concurrency }) => ({
      ...{ id: String(id), targetId: String(webhookId), dueAt: String(dueAt) },
      // None: there is no such webhook any more, and the row goes.
      ownerId: String(ownerId),
      concurrency: Number(concurrency ?? 1),
    }));
  }

  /** Takes it for one attempt. @returns undefined where another process has, or it is gone */
  async claim({ id, targetId: webhookId, dueAt }: Due): Promise<Claimed | undefined> {
    const lease = new Date(Date.now() + LEASE_MS).toISOString();
    const claimed: Write<Claimed | undefined> = async (tx) => {
      const webhook = await tx.findOneBy(WebhookEntity, { id: webhookId });
      if (webhook === null) {
        await tx.delete(WebhookDeliveryEntity, { id });
        return undefined;
      }
      const changed = await tx.run(
        `UPDATE "webhook_deliveries" SET "attempts" = "attempts" + 1, "next_attempt_at" = $1, "last_attempt_at" = $2
         WHERE "id" = $3 AND "status" = 'pending' AND "next_attempt_at" = $4`,
        [lease, now(), id, dueAt],
      );
      const delivery = changed === 0 ? null : await tx.findOneBy(WebhookDeliveryEntity, { id });
      return delivery === null ? undefined : { webhook, delivery };
    };
    return this.database.write(claimed, { lane: webhookId });
  }

  /** Stores what came of an attempt that was claimed; nothing where that was taken for lost meanwhile. */
  async finish(claimed: Claimed, change: Partial<WebhookDeliveryEntity>, ofWebhook: WebhookChange = {}): Promise<void> {
    const { delivery, webhook } = claimed;
    const { id, nextAttemptAt } = delivery;
    await this.database.write(
      async (tx) => {
        const isOurs = await update(WebhookDeliveryEntity, { id, status: 'pending', nextAttemptAt }, change)(tx);
        if (isOurs === 0) return;
        await storeChange(webhook, ofWebhook)(tx);
      },
      { lane: webhook.id },
    );
  }

  /** Gives it back, due at a time, as if the attempt had not been begun. */
  giveBack(claimed: Claimed, nextAttemptAt: string): Promise<void> {
    return this.finish(claimed, { attempts: claimed.delivery.attempts - 1, nextAttemptAt });
  }

  /** How many wait for an attempt, or a further one. */
  async pending(): Promise<number> {
    return this.database.read.countBy(WebhookDeliveryEntity, { status: 'pending' });
  }

  /** Deletes some of what ended before a time, or whose webhook is gone. @returns how many */
  async deleteOld(before: string | undefined): Promise<number> {
    const orphaned = `NOT EXISTS (SELECT 1 FROM "webhooks" hook WHERE hook."id" = "webhook_deliveries"."webhook_id")`;
    const some = (condition: string): string =>
      `DELETE FROM "webhook_deliveries" WHERE "id" IN (SELECT "id" FROM "webhook_deliveries" WHERE ${condition} LIMIT ${DELETED_AT_ONCE})`;
    const deleted: Write<number> = async (tx) =>
      (await tx.run(some(orphaned))) + (before === undefined ? 0 : await tx.run(some(`"ended_at" < $1`), [before]));
    return this.database.write(deleted, { lane: 'webhooks' });
  }
}

/** A delivery of which this process makes an attempt. */
export interface Claimed {
  readonly webhook: WebhookEntity;
  readonly delivery: WebhookDeliveryEntity;
}

export interface WebhookChange {
  /** Null: it has taken something. */
  readonly failingSince?: string | null;
  /** It is not to be called any more. */
  readonly disabledReason?: DisabledReason;
}

/** What became of a call says nothing of a webhook that somebody has changed meanwhile. */
function storeChange(claimed: WebhookEntity, { failingSince, disabledReason }: WebhookChange): Write<void> {
  const { id, updatedAt } = claimed;
  return async (tx) => {
    const webhook = await tx.findOneBy(WebhookEntity, { id, updatedAt });
    if (webhook === null) return;
    // Another call has been taken meanwhile.
    const hasRecovered = claimed.failingSince !== null && webhook.failingSince === null;
    const since = hasRecovered && failingSince === claimed.failingSince ? now() : failingSince;
    if (since !== undefined && since !== webhook.failingSince) {
      await update(WebhookEntity, { id }, { failingSince: since })(tx);
    }
    if (disabledReason === undefined || (hasRecovered && disabledReason === 'failing')) return;
    await update(WebhookEntity, { id }, { enabled: false, disabledReason })(tx);
    await cancelPending(id, 'The webhook was switched off.')(tx);
  };
}
