import { Injectable } from '@nestjs/common';
import { User } from '../auth/user';
import type { QueueDto, SentNowDto } from '../chat/dto/queue.dto';
import { QueueChanges } from '../chat/queue-changes';
import { SendNow } from '../chat/send-now';
import { WaitingMessages } from '../chat/waiting-messages';
import { parse } from '../common/validation';
import { ChatCall, EditCall, OrderCall, WaitingCall } from './client-messages';

type Fields<T> = { [K in keyof T]: T[K] };

/** What a client can do to the messages that wait, as over REST. Every method throws DomainError as that call does. */
@Injectable()
export class QueueCalls {
  constructor(
    private readonly waiting: WaitingMessages,
    private readonly changes: QueueChanges,
    private readonly sending: SendNow,
  ) {}

  async list(user: User, call: unknown): Promise<Fields<QueueDto>> {
    return this.waiting.list(user, (await parse(ChatCall, call)).chatId);
  }

  async edit(user: User, call: unknown): Promise<Fields<QueueDto>> {
    const { chatId, messageId, ...input } = await parse(EditCall, call);
    return this.waiting.edit(user, chatId, messageId, input);
  }

  async remove(user: User, call: unknown): Promise<void> {
    const { chatId, messageId, expectedVersion } = await parse(WaitingCall, call);
    await this.waiting.remove(user, chatId, messageId, expectedVersion);
  }

  async reorder(user: User, call: unknown): Promise<Fields<QueueDto>> {
    const { chatId, messageIds, expectedVersion } = await parse(OrderCall, call);
    return this.changes.reorder(await this.waiting.caller(user, chatId, expectedVersion), messageIds);
  }

  async sendNow(user: User, call: unknown): Promise<Fields<SentNowDto>> {
    const { chatId, messageId, expectedVersion } = await parse(WaitingCall, call);
    return this.sending.send(await this.waiting.caller(user, chatId, expectedVersion), messageId);
  }

  async release(user: User, call: unknown): Promise<Fields<QueueDto>> {
    return this.changes.release(await this.waiting.caller(user, (await parse(ChatCall, call)).chatId));
  }
}
