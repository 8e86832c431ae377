import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { EventEntity } from './entities/event.entity';
import type { ContentPart } from './entities/message.entity';

/** The text of messages that are not finished, as it was shown: the sum of the deltas in the log. */
@Injectable()
export class ShownText {
  constructor(private readonly database: Database) {}

  /** Gives messages that are being written the text that was published so far. */
  async fill<T extends { id: string; chatId: string; turnId: string; status: string; content: ContentPart[] }>(
    messages: readonly T[],
  ): Promise<T[]> {
    return Promise.all(
      messages.map(async (message) => {
        if (message.status !== 'streaming') return message;
        return { ...message, content: await this.contentOf(message.chatId, message.turnId, message.id) };
      }),
    );
  }

  private async contentOf(chatId: string, turnId: string, messageId: string): Promise<ContentPart[]> {
    const where = { chatId, turnId, type: 'message.delta' };
    const deltas = await this.database.read.find(EventEntity, { where, order: { seq: 'ASC' } });
    const text = deltas.map(({ data }) => deltaOf(data, messageId)).join('');
    return text === '' ? [] : [{ type: 'text', text }];
  }
}

function deltaOf(data: object, messageId: string): string {
  const { messageId: id, delta } = data as { messageId: string; delta: string };
  return id === messageId ? delta : '';
}
