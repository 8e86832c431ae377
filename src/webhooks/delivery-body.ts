import { Injectable } from '@nestjs/common';
import { ApprovalEntity } from '../chat/entities/approval.entity';
import { MessageEntity } from '../chat/entities/message.entity';
import { TurnEntity } from '../chat/entities/turn.entity';
import { Database } from '../database/database';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity';
import type { WebhookEntity } from './webhook.entity';

/** Characters of an answer that a webhook is sent. */
const MAX_TEXT = 65_536;

/** Puts together what is sent. What people and agents have written is read as it is sent, and stored nowhere else. */
@Injectable()
export class DeliveryBody {
  constructor(private readonly database: Database) {}

  async of({ includeContent }: WebhookEntity, { payload }: WebhookDeliveryEntity): Promise<string> {
    const content = includeContent ? await this.contentOf(payload.type, payload.data) : {};
    return JSON.stringify({ ...payload, data: { ...payload.data, ...content } });
  }

  private contentOf(
    type: WebhookDeliveryEntity['type'],
    data: Readonly<Record<string, unknown>>,
  ): Promise<object> | object {
    if (type === 'turn.completed') return this.ofTurn(String(data.turnId));
    if (type === 'approval.requested') return this.ofApproval(String(data.approvalId));
    return {};
  }

  private async ofTurn(turnId: string): Promise<object> {
    const { read } = this.database;
    const [turn, message] = await Promise.all([
      read.findOneBy(TurnEntity, { id: turnId }),
      read.findOne(MessageEntity, { where: { turnId, role: 'assistant' }, order: { seq: 'DESC' } }),
    ]);
    const error = turn === null || turn.errorCode === null ? {} : { error: errorOf(turn) };
    if (message === null) return { ...error, message: null };
    const text = message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
    const truncated = text.length > MAX_TEXT;
    return { ...error, message: { id: message.id, text: text.slice(0, MAX_TEXT), truncated } };
  }

  private async ofApproval(id: string): Promise<object> {
    const approval = await this.database.read.findOneBy(ApprovalEntity, { id });
    return approval === null ? {} : { request: approval.request };
  }
}

const errorOf = ({ errorCode, errorMessage }: TurnEntity): object => ({
  ...{ code: errorCode, message: errorMessage },
});
