import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In } from 'typeorm';
import { Database } from '../../database/database';
import { EventEntity } from '../entities/event.entity';
import { type ContentPart, contentSoFar } from '../entities/message.entity';

/** What was published of messages and commands that are not finished: the sum of the deltas in the log. */
@Injectable()
export class PublishedText {
  constructor(private readonly database: Database) {}

  /** Gives messages that are being written the text that was published so far. */
  async fill<T extends { id: string; chatId: string; turnId: string; status: string; content: ContentPart[] }>(
    messages: readonly T[],
  ): Promise<T[]> {
    return Promise.all(
      messages.map(async (message) => {
        if (message.status !== 'streaming') return message;
        return { ...message, content: contentSoFar(message, await this.textOf(message)) };
      }),
    );
  }

  /** The output that was published of a command. */
  async outputOf(chatId: string, turnId: string, actionId: string): Promise<string> {
    return this.sum({ chatId, turnId, type: 'command.output' }, (data) => 'itemId' in data && data.itemId === actionId);
  }

  /** What was published of reasoning that has no end in the log, in its order. */
  async openReasoning(chatId: string, turnId: string): Promise<{ readonly itemId: string; readonly text: string }[]> {
    const where = { chatId, turnId, type: In(['reasoning.delta', 'reasoning.completed']) };
    const events = await this.database.untilRead((read) => read.find(EventEntity, { where, order: { seq: 'ASC' } }));
    const open = new Map<string, string>();
    for (const { type, data } of events) {
      if (!('itemId' in data)) continue;
      const itemId = String(data.itemId);
      if (type === 'reasoning.completed') open.delete(itemId);
      else if ('delta' in data) open.set(itemId, (open.get(itemId) ?? '') + String(data.delta));
    }
    return [...open].map(([itemId, text]) => ({ itemId, text }));
  }

  private textOf({ id, chatId, turnId }: { id: string; chatId: string; turnId: string }): Promise<string> {
    const where = { chatId, turnId, type: 'message.delta' };
    return this.sum(where, (data) => 'messageId' in data && data.messageId === id);
  }

  private async sum(where: FindOptionsWhere<EventEntity>, concerns: (data: object) => boolean): Promise<string> {
    const events = await this.database.untilRead((read) => read.find(EventEntity, { where, order: { seq: 'ASC' } }));
    return events.map(({ data }) => (concerns(data) && 'delta' in data ? String(data.delta) : '')).join('');
  }
}
