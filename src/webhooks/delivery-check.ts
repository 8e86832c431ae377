import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { TEST_EVENT, type WebhookDeliveryEntity } from './webhook-delivery.entity';
import type { WebhookEntity } from './webhook.entity';

/** Why a webhook must not be told of something. */
export interface Refusal {
  readonly words: string;
  /** Whether the webhook itself is not to be called any more. */
  readonly isOfWebhook: boolean;
}

const OF_USER = `SELECT "disabled_at" FROM "users" WHERE "id" = $1`;
const MAY_READ = `SELECT 1 AS "may" FROM "chat_sessions" chat JOIN "project_members" member
  ON member."project_id" = chat."project_id" WHERE chat."id" = $1 AND member."user_id" = $2`;
const IN_PROJECT = `SELECT 1 AS "may" FROM "chat_sessions" WHERE "id" = $1 AND "project_id" = $2`;
const MAY_WRITE = `SELECT 1 AS "may" FROM "project_members" member JOIN "users" "author" ON "author"."id" = member."user_id"
  WHERE member."project_id" = $1 AND member."user_id" = $2 AND member."role" IN ('owner', 'editor')
  AND "author"."role" <> 'viewer' AND "author"."disabled_at" IS NULL`;

/** Whether a webhook may be told of something now, which is looked at with each attempt. */
@Injectable()
export class DeliveryCheck {
  constructor(private readonly database: Database) {}

  /** @returns undefined where it may */
  async refusal(webhook: WebhookEntity, delivery: WebhookDeliveryEntity): Promise<Refusal | undefined> {
    // A test is asked for by somebody who may.
    if (delivery.type === TEST_EVENT) return undefined;
    if (!webhook.enabled) return once('The webhook is switched off.');
    return webhook.userId === null ? this.ofProject(webhook, delivery) : this.ofUser(webhook.userId, delivery);
  }

  private async ofUser(userId: string, { chatId }: WebhookDeliveryEntity): Promise<Refusal | undefined> {
    const [user] = await this.rows<{ disabled_at: string | null }>(OF_USER, [userId]);
    if (user === undefined || user.disabled_at !== null) return once('Its user is disabled.');
    if (chatId === null || (await this.is(MAY_READ, [chatId, userId]))) return undefined;
    return once('The chat is deleted, or its user may not read it any more.');
  }

  private async ofProject(webhook: WebhookEntity, { chatId }: WebhookDeliveryEntity): Promise<Refusal | undefined> {
    if (webhook.authorId === null || !(await this.is(MAY_WRITE, [webhook.projectId, webhook.authorId]))) {
      return { words: 'Who set the webhook up may not write in the project any more.', isOfWebhook: true };
    }
    if (chatId === null || (await this.is(IN_PROJECT, [chatId, webhook.projectId]))) return undefined;
    return once('The chat is deleted, or not in the project any more.');
  }

  private async is(text: string, parameters: unknown[]): Promise<boolean> {
    return (await this.rows(text, parameters)).length > 0;
  }

  private rows<T>(text: string, parameters: unknown[]): Promise<T[]> {
    return this.database.read.query(text, parameters);
  }
}

const once = (words: string): Refusal => ({ words, isOfWebhook: false });
