import { Injectable } from '@nestjs/common';
import { now } from '../common/clock';
import { Database } from '../database/database';
import { placeholdersOf } from '../database/placeholders';
import { update } from '../database/rows';
import type { Write } from '../database/write-queue';
import { LEASE_MS } from '../outbox/bounded-post';
import type { Due, OutboxQueue } from '../outbox/outbox-dispatcher';
import { PushNoticeEntity } from './push-notice.entity';
import type { PushOutcome } from './push-outcome';
import { PushSubscriptionEntity } from './push-subscription.entity';

const DUE_AT_ONCE = 50;
/** One after another, so that the last that a browser gets of a chat is the newest. */
const CONCURRENCY = 1;

/** Something of which this process makes an attempt. */
export interface ClaimedNotice {
  readonly subscription: PushSubscriptionEntity;
  readonly notice: PushNoticeEntity;
}

/** Removes a subscription, with what waits for it. Resolves with how many there were. */
export const removeSubscription =
  (id: string): Write<number> =>
  async (tx) => {
    await tx.run('DELETE FROM "push_notices" WHERE "subscription_id" = $1', [id]);
    return tx.run('DELETE FROM "push_subscriptions" WHERE "id" = $1', [id]);
  };

/** The outbox as whoever sends it sees it. */
@Injectable()
export class PushQueue implements OutboxQueue<ClaimedNotice> {
  constructor(private readonly database: Database) {}

  /** The first of those that are due. @param busy subscriptions that take no more now */
  async due(busy: readonly string[]): Promise<Due[]> {
    const others = busy.length === 0 ? '' : `AND notice."subscription_id" NOT IN (${placeholdersOf(busy, 1)})`;
    const rows: { id: string; targetId: string; ownerId: string | null; dueAt: string }[] =
      await this.database.read.query(
        `SELECT notice."id" AS "id", notice."subscription_id" AS "targetId", device."user_id" AS "ownerId",
         notice."next_attempt_at" AS "dueAt" FROM "push_notices" notice
         LEFT JOIN "push_subscriptions" device ON device."id" = notice."subscription_id"
         WHERE notice."next_attempt_at" <= $1 ${others}
         ORDER BY notice."next_attempt_at", notice."id" LIMIT ${DUE_AT_ONCE}`,
        [now(), ...busy],
      );
    return rows.map((row) => ({ ...row, ownerId: String(row.ownerId), concurrency: CONCURRENCY }));
  }

  /** Takes it for one attempt. @returns undefined where another process has, or its subscription is gone */
  async claim({ id, targetId, dueAt }: Due): Promise<ClaimedNotice | undefined> {
    const lease = new Date(Date.now() + LEASE_MS).toISOString();
    const claimed: Write<ClaimedNotice | undefined> = async (tx) => {
      const subscription = await tx.findOneBy(PushSubscriptionEntity, { id: targetId });
      if (subscription === null) {
        await tx.run('DELETE FROM "push_notices" WHERE "subscription_id" = $1', [targetId]);
        return undefined;
      }
      const changed = await tx.run(
        `UPDATE "push_notices" SET "attempts" = "attempts" + 1, "next_attempt_at" = $1
         WHERE "id" = $2 AND "next_attempt_at" = $3`,
        [lease, id, dueAt],
      );
      const notice = changed === 0 ? null : await tx.findOneBy(PushNoticeEntity, { id });
      return notice === null ? undefined : { subscription, notice };
    };
    return this.database.write(claimed, { lane: targetId });
  }

  /** Stores what came of an attempt that was claimed; nothing where that was taken for lost meanwhile. */
  async finish({ notice, subscription }: ClaimedNotice, outcome: PushOutcome): Promise<void> {
    const { id } = subscription;
    const stored: Write<void> = async (tx) => {
      if (outcome.name === 'gone') return void (await removeSubscription(id)(tx));
      if (outcome.name === 'retry') {
        await this.later(notice, { nextAttemptAt: outcome.nextAttemptAt })(tx);
      } else {
        const isOurs = 'DELETE FROM "push_notices" WHERE "id" = $1 AND "next_attempt_at" = $2';
        await tx.run(isOurs, [notice.id, notice.nextAttemptAt]);
      }
      if (outcome.name === 'canceled') return;
      const change = 'error' in outcome ? { error: outcome.error } : { deliveredAt: now(), error: null };
      await update(PushSubscriptionEntity, { id }, change)(tx);
    };
    await this.database.write(stored, { lane: id });
  }

  /** Gives it back, due at a time, as if the attempt had not been begun. */
  async giveBack({ notice, subscription }: ClaimedNotice, nextAttemptAt: string): Promise<void> {
    const change = { attempts: notice.attempts - 1, nextAttemptAt };
    await this.database.write(this.later(notice, change), { lane: subscription.id });
  }

  /** How many wait for an attempt, or a further one. */
  pending(): Promise<number> {
    return this.database.read.count(PushNoticeEntity);
  }

  private later({ id, nextAttemptAt }: PushNoticeEntity, change: Partial<PushNoticeEntity>): Write<number> {
    return update(PushNoticeEntity, { id, nextAttemptAt }, change);
  }
}
