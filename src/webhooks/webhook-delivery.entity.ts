import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { WebhookEvent } from './webhook.entity';

/** `canceled`: the webhook was switched off, or may not be told of this any more. `failed`: it was not taken at all. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'canceled'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** What somebody has asked for, to see whether it arrives. */
export const TEST_EVENT = 'webhook.test';
export const DELIVERY_TYPES = ['turn.completed', 'approval.requested', 'budget.reached', TEST_EVENT] as const;
export type DeliveryType = WebhookEvent | typeof TEST_EVENT;

/** What a webhook is sent, without what people and agents have written. */
export interface Payload {
  readonly id: string;
  readonly type: DeliveryType;
  /** When it happened. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const PENDING = `"status" = 'pending'`;

/** Something that a webhook is to be told, or was: the outbox. */
@Entity('webhook_deliveries')
@Index(['webhookId', 'id'])
@Index('webhook_deliveries_webhook_id_pending', ['webhookId'], { where: PENDING })
@Index('webhook_deliveries_next_attempt_at_pending', ['nextAttemptAt'], { where: PENDING })
@Index(['endedAt'])
export class WebhookDeliveryEntity {
  /** The same in every attempt: `webhook-id`. */
  @PrimaryColumn('varchar')
  id: string;

  @Column('varchar')
  webhookId: string;

  /** The chat that it is about; null: none. */
  @Column('varchar', { nullable: true })
  chatId: string | null;

  @Column('varchar')
  type: DeliveryType;

  @Column('simple-json')
  payload: Payload;

  @Column('varchar')
  status: DeliveryStatus;

  @Column('integer')
  attempts: number;

  /** While one is under way, when it counts as lost. */
  @Column('varchar')
  nextAttemptAt: string;

  @Column('varchar', { nullable: true })
  lastAttemptAt: string | null;

  /** HTTP status of the last answer; null: there was none. */
  @Column('integer', { nullable: true })
  responseStatus: number | null;

  @Column('integer', { nullable: true })
  durationMs: number | null;

  /** Why the last attempt failed, in words. */
  @Column('text', { nullable: true })
  error: string | null;

  @Column('varchar')
  createdAt: string;

  @Column('varchar', { nullable: true })
  endedAt: string | null;
}
