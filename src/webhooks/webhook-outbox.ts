import { Injectable, OnModuleInit } from '@nestjs/common';
import { LimitSettings } from '../access/limits/limit-settings';
import type { ChatEvent } from '../chat/event-log/chat-event';
import { EventLog } from '../chat/event-log/event-log';
import { now } from '../common/clock';
import { newId } from '../common/ids';
import { webhookNoticesDropped } from '../common/metrics';
import { ContractConfig } from '../config/contract.config';
import { insert } from '../database/rows';
import type { WriteTransaction } from '../database/write-transaction';
import { CallLog, type UsageWrite } from '../gateway/accounts/call-log';
import { type Notice, noticeOfEvent, noticeOfKey, noticesOfCounter } from './payloads';
import { type DeliveryType, type Payload, WebhookDeliveryEntity } from './webhook-delivery.entity';

/** What may wait for one webhook: more is counted, and not stored. */
const MAX_PENDING = 1_000;

const OF_CHAT = `SELECT hook."id", hook."events", chat."project_id" FROM "chat_sessions" chat JOIN "webhooks" hook
  ON hook."user_id" = chat."user_id" OR hook."project_id" = chat."project_id" WHERE chat."id" = $1 AND hook."enabled"`;
const OF_OWNER = {
  user: 'SELECT "id", "events" FROM "webhooks" WHERE "user_id" = $1 AND "enabled"',
  project: 'SELECT "id", "events" FROM "webhooks" WHERE "project_id" = $1 AND "enabled"',
};
const WAITING = `SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM "webhook_deliveries"
  WHERE "webhook_id" = $1 AND "status" = 'pending' LIMIT ${MAX_PENDING}) AS "waiting"`;

/** The row of something that waits for its first attempt. */
export function newDelivery(
  webhookId: string,
  type: DeliveryType,
  data: Payload['data'],
  at: string,
): WebhookDeliveryEntity {
  const id = newId();
  const chatId = typeof data.chatId === 'string' ? data.chatId : null;
  return {
    ...{ id, webhookId, chatId, type, payload: { id, type, timestamp: at, data } },
    ...{ status: 'pending', attempts: 0, nextAttemptAt: at, lastAttemptAt: null },
    ...{ responseStatus: null, durationMs: null, error: null, createdAt: at, endedAt: null },
  };
}

/**
 * Stores what webhooks are to be told in the transaction that stores what has happened: it is told if that has happened, also
 * where the process dies in between, and not otherwise.
 */
@Injectable()
export class WebhookOutbox implements OnModuleInit {
  /** Called once something may wait to be sent. */
  onStored: () => void = () => undefined;

  constructor(
    private readonly log: EventLog,
    private readonly calls: CallLog,
    private readonly limits: LimitSettings,
    private readonly contracts: ContractConfig,
  ) {}

  /** Whether there are webhooks at all. */
  get isOn(): boolean {
    return !this.contracts.disabled.includes('webhooks');
  }

  onModuleInit(): void {
    if (!this.isOn) return;
    this.log.alsoStore(async (tx, _chat, events) => {
      for (const event of events) await this.storeEvent(tx, event);
    });
    this.calls.alsoStore((tx, raised) => this.storeUsage(tx, raised));
  }

  private async storeEvent(tx: WriteTransaction, event: ChatEvent): Promise<void> {
    const notice = noticeOfEvent(event);
    if (notice === undefined) return;
    for (const { id, events, project_id: projectId } of await tx.all(OF_CHAT, [event.chatId])) {
      const data = { ...notice.data, projectId };
      if (isFor(events, notice)) await this.store(tx, String(id), { ...notice, data }, event.at);
    }
  }

  private async storeUsage(tx: WriteTransaction, { counters, keys }: Parameters<UsageWrite>[1]): Promise<void> {
    for (const counter of counters) {
      const notices = noticesOfCounter(counter, this.limits.of(counter.kind, counter.ownerId));
      for (const notice of notices) await this.storeOfOwner(tx, counter.kind, counter.ownerId, notice);
    }
    for (const key of keys) {
      const notice = noticeOfKey(key);
      if (notice !== undefined) await this.storeOfOwner(tx, 'user', key.userId, notice);
    }
  }

  private async storeOfOwner(
    tx: WriteTransaction,
    kind: 'user' | 'project',
    ownerId: string,
    notice: Notice,
  ): Promise<void> {
    for (const { id, events } of await tx.all(OF_OWNER[kind], [ownerId])) {
      if (isFor(events, notice)) await this.store(tx, String(id), notice, now());
    }
  }

  private async store(tx: WriteTransaction, webhookId: string, { type, data }: Notice, at: string): Promise<void> {
    const [waiting] = await tx.all(WAITING, [webhookId]);
    if (Number(waiting?.count) >= MAX_PENDING) {
      webhookNoticesDropped.inc();
      await tx.run('UPDATE "webhooks" SET "dropped" = "dropped" + 1 WHERE "id" = $1', [webhookId]);
      return;
    }
    await insert(WebhookDeliveryEntity, newDelivery(webhookId, type, data, at))(tx);
    this.onStored();
  }
}

const isFor = (events: unknown, { type }: Notice): boolean => (JSON.parse(String(events)) as string[]).includes(type);
