import { Injectable, OnModuleInit } from '@nestjs/common';
import { EventLog } from '../chat/event-log/event-log';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { newId } from '../common/ids';
import { webPushes } from '../common/metrics';
import { WebPushConfig } from '../config/web-push.config';
import { insert } from '../database/rows';
import type { WriteTransaction } from '../database/write-transaction';
import { PushNoticeEntity } from './push-notice.entity';
import { newsOfEvent, type PushNews } from './push-news';

/** What may wait for one browser: more is counted, and not stored. */
const MAX_PENDING = 200;

const OF_READERS = `SELECT sub."id", sub."projects", sub."user_id", chat."user_id" AS "owner", chat."project_id"
  FROM "chat_sessions" chat JOIN "project_members" member ON member."project_id" = chat."project_id"
  JOIN "push_subscriptions" sub ON sub."user_id" = member."user_id" WHERE chat."id" = $1`;
const WAITING = `SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM "push_notices"
  WHERE "subscription_id" = $1 LIMIT ${MAX_PENDING}) AS "waiting"`;

/** The row of something that waits for its first attempt. */
export const newNotice = (subscriptionId: string, news: PushNews, at: string): PushNoticeEntity => ({
  ...{ id: newId(), subscriptionId, ...news, attempts: 0, nextAttemptAt: at, createdAt: at },
});

/** Whether a browser is told of a chat: of those that its user has made, and of those of projects that it has chosen. */
export const isOfInterest = (
  chat: { readonly owner: unknown; readonly projectId: unknown },
  { userId, projects }: { readonly userId: unknown; readonly projects: readonly string[] },
): boolean => chat.owner === userId || projects.includes(String(chat.projectId));

/**
 * Stores what browsers are to be told in the transaction that stores what has happened: it is told if that has happened, also
 * where the process dies in between, and not otherwise.
 */
@Injectable()
export class PushOutbox implements OnModuleInit {
  /** Called once something may wait to be sent. */
  onStored: () => void = () => undefined;

  constructor(
    private readonly log: EventLog,
    private readonly config: WebPushConfig,
  ) {}

  onModuleInit(): void {
    if (this.config.mode === 'off') return;
    this.log.alsoStore(async (tx, _chat, events) => {
      for (const event of events) await this.storeEvent(tx, event);
    });
  }

  private async storeEvent(tx: WriteTransaction, event: ChatEvent): Promise<void> {
    const news = newsOfEvent(event);
    if (news === undefined) return;
    for (const row of await tx.all(OF_READERS, [event.chatId])) {
      const projects = JSON.parse(String(row.projects)) as string[];
      const chat = { owner: row.owner, projectId: row.project_id };
      if (isOfInterest(chat, { userId: row.user_id, projects })) await this.store(tx, String(row.id), news, event.at);
    }
  }

  private async store(tx: WriteTransaction, subscriptionId: string, news: PushNews, at: string): Promise<void> {
    const [waiting] = await tx.all(WAITING, [subscriptionId]);
    if (Number(waiting?.count) >= MAX_PENDING) {
      webPushes.inc({ outcome: 'dropped' });
      return;
    }
    await insert(PushNoticeEntity, newNotice(subscriptionId, news, at))(tx);
    this.onStored();
  }
}
